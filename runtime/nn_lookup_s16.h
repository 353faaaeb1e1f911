/* A function of one int16 value, interpolated between 513 samples (TFLite LUTLookup). */
#ifndef NN_LOOKUP_S16_H
#define NN_LOOKUP_S16_H

#include "nn_quant.h"

/* n elements; out may be in */
NN_KERNEL void nn_lookup_s16(const int16_t *in, int16_t *out, const int16_t *samples, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    const int32_t index = 256 + (in[i] >> 7), rest = in[i] & 0x7f;
    const int16_t slope = (int16_t)(samples[index + 1] - samples[index]); /* wraps as there */
    out[i] = (int16_t)(samples[index] + ((slope * rest + 64) >> 7));
  }
}

#endif
