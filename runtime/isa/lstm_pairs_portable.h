/* A step of an int8 LSTM in plain C99: what it means (see nn_lstm_pairs_s8.h). */
#ifndef NN_ISA_LSTM_PAIRS_PORTABLE_H
#define NN_ISA_LSTM_PAIRS_PORTABLE_H

enum { NN_LSTM_BLOCK_BYTES = 0 };

/* Sums of the gates of two cells, with their starts. */
NN_KERNEL void nn_lstm_sums_s8(nn_lstm_sums_t *t, int32_t acc[8]) {
  uint32_t sums[4][2];
  for (int32_t k = 0; k < 4; ++k) {
    sums[k][0] = (uint32_t)t->starts[2 * k];
    sums[k][1] = (uint32_t)t->starts[2 * k + 1];
  }
  t->starts += t->step / (int32_t)sizeof(int32_t);
  const int8_t *a = t->in;
  for (; a != t->fours; a += 4) {
    for (int32_t k = 0; k < 4; ++k, t->weights += 4) {
      nn_dot_pair_step_s8(a[0], a[2], t->weights, sums[k]);
      nn_dot_pair_step_s8(a[1], a[3], t->weights + 2, sums[k]);
    }
  }
  for (; a != t->end; ++a) {
    for (int32_t k = 0; k < 4; ++k, ++t->weights) {
      const int16_t w[2] = {t->weights[0], 0};
      nn_dot_pair_step_s8(a[0], 0, w, sums[k]);
    }
  }
  for (int32_t k = 0; k < 4; ++k) {
    acc[2 * k] = (int32_t)(sums[k][0] - sums[k][1]) >> 8;
    acc[2 * k + 1] = (int32_t)sums[k][1];
  }
}

NN_KERNEL int32_t nn_lstm_scaled_pairs_s8(int32_t acc, nn_lstm_scale_t s, int32_t second) {
  const int32_t left = second ? s.shift - 1 : 7 - s.shift;
  const int32_t scaled = nn_high_mul(acc * (1 << left), s.multiplier);
  return (scaled + s.half - (s.half != 0 && acc < 0)) >> s.right;
}

NN_KERNEL int8_t nn_lstm_output_pairs_s8(nn_lstm_step_t *t, const int32_t gates[4]) {
  const int32_t kept = nn_rounding_shift_small(nn_logistic_fixed_s16(gates[1]) * *t->cell, 15);
  const int32_t added = nn_logistic_fixed_s16(gates[0]) * nn_tanh_fixed_s16(gates[2], 3);
  const int32_t sum = kept + ((added + (added >> 31) + t->half) >> t->right);
  const int32_t state = nn_clamp(sum, t->low, t->high);
  *t->cell++ = (int16_t)state;
  const int32_t y = nn_logistic_fixed_s16(gates[3]) * nn_tanh_fixed_s16(state, t->left + 2);
  const int32_t z = nn_high_mul(y, t->hidden.multiplier) + (y >> 31) + t->hidden.half;
  return (int8_t)nn_clamp((z >> t->hidden.right) + t->hidden.zero, -128, 127);
}

NN_KERNEL void nn_lstm_step_pairs_s8(nn_lstm_step_t *t) {
  while (t->out != t->end) {
    int32_t x[8], h[8];
    nn_lstm_sums_s8(&t->x, x);
    nn_lstm_sums_s8(&t->h, h);
    for (int32_t c = 0; c < 8 && t->out != t->end; c += 4) {
      for (int32_t g = 0; g < 4; ++g) {
        const int32_t of_x = nn_lstm_scaled_pairs_s8(x[c + g], t->scales[2 * g], g & 1);
        const int32_t of_h = nn_lstm_scaled_pairs_s8(h[c + g], t->scales[2 * g + 1], g & 1);
        h[c + g] = nn_clamp_s16(nn_clamp_s16(of_x) + of_h);
      }
      *t->out++ = nn_lstm_output_pairs_s8(t, h + c);
    }
  }
}

#endif
