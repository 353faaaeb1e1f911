/* Inner-loop primitives in plain C99: what they mean, and how they run where no core-specific header applies.
 */
#ifndef NN_ISA_PORTABLE_H
#define NN_ISA_PORTABLE_H

#include "nn_quant.h"

NN_KERNEL void nn_dot_2x2_s8(const int8_t *a0, const int8_t *a1, const int8_t *w0, const int8_t *w1,
                             int32_t n, int32_t acc[4]) {
  int32_t s00 = acc[0], s01 = acc[1], s10 = acc[2], s11 = acc[3];
  for (int32_t i = 0; i < n; ++i) {
    s00 += a0[i] * w0[i];
    s01 += a0[i] * w1[i];
    s10 += a1[i] * w0[i];
    s11 += a1[i] * w1[i];
  }
  acc[0] = s00;
  acc[1] = s01;
  acc[2] = s10;
  acc[3] = s11;
}

NN_KERNEL void nn_dot_1x2_s8(const int8_t *a, const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  for (int32_t i = 0; i < n; ++i) {
    s0 += a[i] * w0[i];
    s1 += a[i] * w1[i];
  }
  acc[0] = s0;
  acc[1] = s1;
}

NN_KERNEL void nn_sum_x2_s8(const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  for (int32_t i = 0; i < n; ++i) {
    s0 += w0[i];
    s1 += w1[i];
  }
  acc[0] = s0;
  acc[1] = s1;
}

NN_KERNEL int32_t nn_high_mul_small(int32_t a, int32_t b) { return nn_high_mul(a, b); }

#endif
