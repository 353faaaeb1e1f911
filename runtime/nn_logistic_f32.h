/* LOGISTIC, float32. */
#ifndef NN_LOGISTIC_F32_H
#define NN_LOGISTIC_F32_H

#include <math.h>

#include "nn_quant.h"

/* n elements; out may be in */
NN_KERNEL void nn_logistic_f32(const float *in, float *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = 1.0f / (1.0f + expf(-in[i]));
  }
}

#endif
