/* Dense layers by fours for Armv6-M: see nn_dense_s8.h. */
#ifndef NN_ISA_DENSE_ARMV6M_H
#define NN_ISA_DENSE_ARMV6M_H

NN_SHARED void nn_dense_s8(const nn_dense_t *t) {
  const int8_t *w = t->weights;
  const int32_t *bias = t->biases, *scale = t->scales;
  for (int8_t *out = t->out; out != t->end; scale += t->scale_step, w += 4 * t->in_c) {
    int32_t acc[4];
    for (int32_t i = 0; i < 4; ++i) {
      acc[i] = *bias++;
    }
    nn_dot_1x4_s8(t->in, w, t->in_c, acc);
    for (int32_t i = 0; i < 4; ++i) {
      const int32_t y = nn_mul_high_add(acc[i], scale[i], scale[i + 4]) >> -scale[i + 8];
      *out++ = (int8_t)nn_clamp(y, t->low, t->high);
    }
  }
}

#endif
