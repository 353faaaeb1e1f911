/* A function of one int8 value to uint8: see nn_rescale_s8.h. */
#ifndef NN_RESCALE_S8_U8_H
#define NN_RESCALE_S8_U8_H

#include "nn_quant.h"

typedef struct {
  int32_t factor;
  int32_t start; /* rounding and the zero points */
  int32_t shift;
  int32_t low, high; /* clamp of the output */
} nn_rescale_s8_u8_t;

/* n elements; out may be in */
NN_KERNEL void nn_rescale_s8_u8(const nn_rescale_s8_u8_t p, const int8_t *in, uint8_t *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (uint8_t)nn_clamp((in[i] * p.factor + p.start) >> p.shift, p.low, p.high);
  }
}

#endif
