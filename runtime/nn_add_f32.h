/* ADD, float32, equal shapes. */
#ifndef NN_ADD_F32_H
#define NN_ADD_F32_H

#include "nn_pairs_f32.h"

typedef struct {
  float low, high; /* clamp of the output */
} nn_add_f32_t;

/* n elements; out may be a or b */
NN_KERNEL void nn_add_f32(const nn_add_f32_t p, const float *a, const float *b, float *out, int32_t n) {
  const nn_pairs_f32_t pairs = {a, b, out, n, p.low, p.high};
  if (nn_pairs_f32(NN_ADD, 1, 1, &pairs)) {
    return;
  }
  for (int32_t i = 0; i < n; ++i) {
    out[i] = nn_clamp_f32(a[i] + b[i], p.low, p.high);
  }
}

#endif
