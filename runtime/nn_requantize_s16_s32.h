/* QUANTIZE, int16 to int32. */
#ifndef NN_REQUANTIZE_S16_S32_H
#define NN_REQUANTIZE_S16_S32_H

#include "nn_requantize.h"

typedef nn_requantize_values_t nn_requantize_s16_s32_t;

/* n elements */
NN_KERNEL void nn_requantize_s16_s32(const nn_requantize_s16_s32_t p, const int16_t *in, int32_t *out,
                                     int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (int32_t)nn_requantize_value(&p, in[i]);
  }
}

#endif
