/* Dense layers of int16 in plain C99: what they mean (see nn_fully_connected_narrow_s16.h). */
#ifndef NN_ISA_DENSE_S16_PORTABLE_H
#define NN_ISA_DENSE_S16_PORTABLE_H

NN_KERNEL void nn_dot_1x4_rows_s16(const int16_t *x, const int8_t *const w[4], int32_t n, int32_t sums[4]) {
  for (int32_t i = 0; i < 4; ++i) {
    sums[i] = 0;
    for (int32_t t = 0; t < n; ++t) {
      sums[i] += x[t] * w[i][t];
    }
  }
}

NN_KERNEL int nn_rescale_fours_s16(const int32_t sums[4], const nn_scale_t *multipliers, int32_t step,
                                   int32_t low, int32_t high, int16_t out[4]) {
  (void)sums, (void)multipliers, (void)step, (void)low, (void)high, (void)out;
  return 0;
}

#endif
