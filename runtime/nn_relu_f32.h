/* RELU, float32. */
#ifndef NN_RELU_F32_H
#define NN_RELU_F32_H

#include "nn_quant.h"

/* n elements; out may be in */
NN_KERNEL void nn_relu_f32(const float *in, float *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = in[i] < 0.0f ? 0.0f : in[i];
  }
}

#endif
