/* RELU6, float32. */
#ifndef NN_RELU6_F32_H
#define NN_RELU6_F32_H

#include "nn_float.h"

/* n elements; out may be in */
NN_KERNEL void nn_relu6_f32(const float *in, float *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = nn_clamp_f32(in[i], 0.0f, 6.0f);
  }
}

#endif
