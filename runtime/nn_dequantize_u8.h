/* DEQUANTIZE, uint8 to float32 (TFLite reference_integer_ops::Dequantize). */
#ifndef NN_DEQUANTIZE_U8_H
#define NN_DEQUANTIZE_U8_H

#include "nn_quant.h"

typedef struct {
  float scale;
  int32_t zero;
} nn_dequantize_u8_t;

/* n elements, in ascending order: out may start before in where no element is written before it is read */
NN_KERNEL void nn_dequantize_u8(const nn_dequantize_u8_t p, const uint8_t *in, float *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (float)(in[i] - p.zero) * p.scale;
  }
}

#endif
