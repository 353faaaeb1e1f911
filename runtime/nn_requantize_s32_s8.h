/* QUANTIZE, int32 to int8. */
#ifndef NN_REQUANTIZE_S32_S8_H
#define NN_REQUANTIZE_S32_S8_H

#include "nn_requantize.h"

typedef nn_requantize_values_t nn_requantize_s32_s8_t;

/* n elements; out may be in */
NN_KERNEL void nn_requantize_s32_s8(const nn_requantize_s32_s8_t p, const int32_t *in, int8_t *out,
                                    int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (int8_t)nn_requantize_value(&p, in[i]);
  }
}

#endif
