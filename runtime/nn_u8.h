/* uint8 activations and weights, both with zero points: sums of products, requantisation. */
#ifndef NN_U8_H
#define NN_U8_H

#include "nn_quant.h"

/* acc[0] += (a - zero).(w0 - weights_zero), acc[1] += (a - zero).(w1 - weights_zero) */
NN_KERNEL void nn_dot_1x2_u8(const uint8_t *a, const uint8_t *w0, const uint8_t *w1, int32_t n, int32_t zero,
                             int32_t weights_zero, int32_t acc[2]) {
  int32_t s0 = 0, s1 = 0;
  for (int32_t i = 0; i < n; ++i) {
    const int32_t x = a[i] - zero;
    s0 += x * (w0[i] - weights_zero);
    s1 += x * (w1[i] - weights_zero);
  }
  acc[0] += s0;
  acc[1] += s1;
}

#endif
