/* The channels of each pixel dealt out in turn from its groups. */
#ifndef CHANNEL_SHUFFLE_S8_H
#define CHANNEL_SHUFFLE_S8_H

#include "nn_quant.h" /* NN_KERNEL */

typedef struct {
  int32_t groups;
  int32_t group_channels;
} channel_shuffle_s8_t;

/* n pixels; in and out are apart */
NN_KERNEL void channel_shuffle_s8(const channel_shuffle_s8_t p, const int8_t *in, int8_t *out, int32_t n) {
  for (int32_t pixel = 0; pixel < n; ++pixel) {
    for (int32_t j = 0; j < p.group_channels; ++j) {
      for (int32_t i = 0; i < p.groups; ++i) {
        *out++ = in[i * p.group_channels + j];
      }
    }
    in += p.groups * p.group_channels;
  }
}

#endif
