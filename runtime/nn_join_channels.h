/* One input of a concatenation along the channels, of any type: its part of each of n pixels. */
#ifndef NN_JOIN_CHANNELS_H
#define NN_JOIN_CHANNELS_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t run;   /* bytes of the input's channels */
  int32_t start; /* bytes of the channels before them in an output pixel */
  int32_t step;  /* bytes of an output pixel */
} nn_join_channels_t;

NN_KERNEL void nn_join_channels(const nn_join_channels_t p, const void *in, void *out, int32_t n) {
  const uint8_t *from = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out + p.start;
  for (int32_t i = 0; i < n; ++i) {
    NN_MOVE(to + i * p.step, from + i * p.run, (size_t)p.run);
  }
}

#endif
