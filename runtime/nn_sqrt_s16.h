/* SQRT of int16 (TFLite SqrtEvalQuantized): by float32, cut. */
#ifndef NN_SQRT_S16_H
#define NN_SQRT_S16_H

#include <math.h>

#include "nn_quant.h"

typedef struct {
  float scale, out_scale;
} nn_sqrt_s16_t;

/* n elements, those below 0 counting as 0; out may be in */
NN_KERNEL void nn_sqrt_s16(const nn_sqrt_s16_t p, const int16_t *in, int16_t *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    const float root = sqrtf(p.scale * (float)(in[i] > 0 ? in[i] : 0)) / p.out_scale;
    out[i] = root < 32767.0f ? (int16_t)root : 32767;
  }
}

#endif
