/* Sums of int16 inputs by int8 weights of four channels in plain C99: what they mean. */
#ifndef NN_ISA_FOURS_PORTABLE_H
#define NN_ISA_FOURS_PORTABLE_H

#include "nn_quant.h"

NN_KERNEL const int8_t *nn_dot_row_1x4_s16_s8(const int16_t *a, const int8_t *w, int32_t n, int32_t acc[4]) {
  for (const int16_t *const end = a + (n & ~3); a != end; a += 4) {
    for (int32_t c = 0; c < 4; ++c, w += 4) {
      acc[c] += a[0] * w[0] + a[1] * w[2] + a[2] * w[1] + a[3] * w[3];
    }
  }
  if ((n & 2) != 0) {
    for (int32_t c = 0; c < 4; c += 2, w += 4) {
      acc[c] += a[0] * w[0] + a[1] * w[2];
      acc[c + 1] += a[0] * w[1] + a[1] * w[3];
    }
    a += 2;
  }
  for (int32_t c = 0; c < 4 && (n & 1) != 0; ++c) {
    acc[c] += a[0] * *w++;
  }
  return w;
}

NN_KERNEL void nn_dot_1x4_s16_s8(const int16_t *a, const int8_t *w, int32_t n, int32_t acc[4], int32_t rows,
                                 int32_t step) {
  for (int32_t row = 0; row < rows; ++row, a += step) {
    w = nn_dot_row_1x4_s16_s8(a, w, n, acc);
  }
}

#endif
