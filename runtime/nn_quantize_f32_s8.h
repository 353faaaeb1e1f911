/* QUANTIZE, float32 to int8 (TFLite reference_ops::AffineQuantize). */
#ifndef NN_QUANTIZE_F32_S8_H
#define NN_QUANTIZE_F32_S8_H

#include "nn_float.h"

typedef struct {
  float scale;
  int32_t zero;
  float low, high; /* of the output without its zero point */
} nn_quantize_f32_s8_t;

/* n elements; out may be in */
NN_KERNEL void nn_quantize_f32_s8(const nn_quantize_f32_s8_t p, const float *in, int8_t *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (int8_t)(nn_round_f32(in[i] / p.scale, p.low, p.high) + p.zero);
  }
}

#endif
