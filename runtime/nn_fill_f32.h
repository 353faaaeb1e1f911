/* Runs of one value, and of copied elements, float32; each returns where its output ends. */
#ifndef NN_FILL_F32_H
#define NN_FILL_F32_H

#include <string.h>

#include "nn_quant.h"

NN_KERNEL float *nn_fill_f32(float *out, float value, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = value;
  }
  return out + n;
}

NN_KERNEL float *nn_copy_f32(float *out, const float *in, int32_t n) {
  memcpy(out, in, (size_t)n * sizeof *out);
  return out + n;
}

#endif
