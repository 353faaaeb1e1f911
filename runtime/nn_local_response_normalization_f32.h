/* LOCAL_RESPONSE_NORMALIZATION: each value over a power of the squares of its near channels. */
#ifndef NN_LOCAL_RESPONSE_NORMALIZATION_F32_H
#define NN_LOCAL_RESPONSE_NORMALIZATION_F32_H

#include <math.h>

#include "nn_quant.h"

typedef struct {
  int32_t pixels, channels;
  int32_t radius; /* the neighbours of channel c are c - radius to c + radius - 1 */
  float bias, alpha, beta;
} nn_local_response_normalization_f32_t;

/* out must not overlap in */
NN_KERNEL void nn_local_response_normalization_f32(const nn_local_response_normalization_f32_t p,
                                                   const float *in, float *out) {
  for (int32_t pixel = 0; pixel < p.pixels; ++pixel, in += p.channels, out += p.channels) {
    for (int32_t c = 0; c < p.channels; ++c) {
      const int32_t end = c + p.radius < p.channels ? c + p.radius : p.channels;
      float sum = 0.0f;
      for (int32_t i = c < p.radius ? 0 : c - p.radius; i < end; ++i) {
        sum += in[i] * in[i];
      }
      out[c] = in[c] * powf(p.bias + p.alpha * sum, -p.beta);
    }
  }
}

#endif
