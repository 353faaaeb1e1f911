/* TANH, int16 (TFLite reference_integer_ops::Tanh): 2 logistic(2 x) - 1. */
#ifndef NN_TANH_S16_H
#define NN_TANH_S16_H

#include "nn_interpolate_s16.h"

typedef struct {
  int32_t multiplier, right; /* x * multiplier / 2^right: in 48ths * 2^-8 */
} nn_tanh_s16_t;

/* n elements; sigmoid[i] = 65536 / (1 + exp(-i / 24)), i < 256; out may be in */
NN_KERNEL void nn_tanh_s16(const nn_tanh_s16_t p, const int16_t *in, int16_t *out, const uint16_t *sigmoid,
                           int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    const int32_t x = nn_scaled_s16(in[i], p.multiplier, p.right);
    out[i] = (int16_t)nn_tanh_steps_s16(x, sigmoid);
  }
}

#endif
