/* SVDF, int8 with int8 state, for cores with MVE: the features of four filters at a time, sixteen products of
 * a state in six instructions.
 */
#ifndef NN_ISA_SVDF_MVE_H
#define NN_ISA_SVDF_MVE_H

/* nn_svdf_remember_s8 */
NN_KERNEL int32_t nn_svdf_move_s8(int8_t *state, int8_t newest, const int8_t *w, int32_t n, int32_t sum) {
  const int8_t *from = state + 1, *v = w;
  int8_t *to = state;
  __asm__ volatile("wlstp.8 lr, %[n], 2f\n"
                   "1: vldrb.8 q0, [%[from]], #16\n vldrb.8 q1, [%[v]], #16\n vmladava.s8 %[sum], q0, q1\n"
                   "vstrb.8 q0, [%[to]], #16\n letp lr, 1b\n2:"
                   : [from] "+r"(from), [v] "+r"(v), [to] "+r"(to), [sum] "+Te"(sum)
                   : [n] "r"(n - 1)
                   : "lr", "q0", "q1", "memory");
  state[n - 1] = newest;
  return sum + newest * w[n - 1];
}

/* nn_svdf_bias of four filters */
NN_KERNEL int32x4_t nn_svdf_bias_x4(const nn_svdf_s8_t *p, const void *offsets, int32_t f) {
  return p->narrow ? vmulq_n_s32(vldrhq_s32((const int16_t *)offsets + f), -p->in_zero)
                   : vldrwq_s32((const int32_t *)offsets + f);
}

/* The features of four filters, as int32, with the state's zero point. */
NN_KERNEL void nn_svdf_features_x4(const nn_svdf_s8_t *p, const int8_t *in, const int8_t *feature,
                                   int32x4_t bias, int32_t fresh[4]) {
  vstrwq_s32(fresh, bias);
  nn_dot_1x4_s8(in, feature, p->in_c, fresh);
  const int32x4_t y = nn_requantize_x4(vldrwq_s32(fresh), p->feature_multiplier, p->feature_shift);
  const int32x4_t clamped = vmaxq_s32(vminq_s32(y, vdupq_n_s32(127)), vdupq_n_s32(-128));
  vstrwq_s32(fresh, vaddq_n_s32(clamped, p->state_zero));
}

/* Up to four outputs. */
NN_KERNEL void nn_svdf_outputs_x4(const nn_svdf_s8_t *p, const int32_t sums[4], int32_t n, int8_t *out) {
  const int32x4_t y = vaddq_n_s32(nn_requantize_x4(vldrwq_s32(sums), p->multiplier, p->shift), p->out_zero);
  const int32x4_t clamped = vmaxq_s32(vminq_s32(y, vdupq_n_s32(127)), vdupq_n_s32(-128));
  vstrbq_p_s32(out, clamped, vctp32q((uint32_t)n));
}

/* A batch of at least four filters. */
NN_APART void nn_svdf_fours_s8(const nn_svdf_s8_t *p, const int8_t *in, int8_t *out, int8_t *state,
                               const int8_t *feature, const int8_t *time, const void *offsets,
                               const int32_t *bias) {
  const int32_t filters = p->units * p->rank;
  int32_t fresh[4], sums[4] = {0, 0, 0, 0};
  int32_t u = 0, r = 0, sum = 0;
  for (int32_t f = 0; f < filters; ++f, state += p->memory, time += p->memory) {
    const int32_t first = f < filters - 4 ? f & ~3 : filters - 4; /* of the four that f belongs to */
    if (f == first || f % 4 == 0) {
      nn_svdf_features_x4(p, in, feature + first * p->in_c, nn_svdf_bias_x4(p, offsets, first), fresh);
    }
    sum = nn_svdf_move_s8(state, (int8_t)(uint8_t)fresh[f - first], time, p->memory, r == 0 ? bias[u] : sum);
    r = r + 1 < p->rank ? r + 1 : 0;
    if (r == 0) {
      sums[u % 4] = sum;
      if (u % 4 == 3 || u + 1 == p->units) {
        nn_svdf_outputs_x4(p, sums, u % 4 + 1, out + (u & ~3));
      }
      ++u;
    }
  }
}

NN_KERNEL void nn_svdf_batch_s8(const nn_svdf_s8_t p, const int8_t *in, int8_t *out, int8_t *state,
                                const int8_t *feature, const int8_t *time, const void *offsets,
                                const int32_t *bias) {
  if (p.units * p.rank >= 4) {
    const nn_svdf_s8_t shown = p; /* p itself is seen by no other function: it stays literals */
    nn_svdf_fours_s8(&shown, in, out, state, feature, time, offsets, bias);
  } else {
    nn_svdf_filters_s8(p, in, out, state, feature, time, offsets, bias);
  }
}

#endif
