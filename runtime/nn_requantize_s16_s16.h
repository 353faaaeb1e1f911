/* QUANTIZE, int16 to int16, and activations that clamp. */
#ifndef NN_REQUANTIZE_S16_S16_H
#define NN_REQUANTIZE_S16_S16_H

#include "nn_requantize.h"

typedef nn_requantize_values_t nn_requantize_s16_s16_t;

/* nn_requantize_run_s16(p, in, out, n): n elements */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/requantize_s16_mve.h"
#else
#include "isa/requantize_s16_portable.h"
#endif

/* n elements; out may be in */
NN_KERNEL void nn_requantize_s16_s16(const nn_requantize_s16_s16_t p, const int16_t *in, int16_t *out,
                                     int32_t n) {
  nn_requantize_run_s16(&p, in, out, n);
}

#endif
