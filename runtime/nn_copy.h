/* Copying and filling bytes, a word at a time where the core loads unaligned words. */
#ifndef NN_COPY_H
#define NN_COPY_H

#include "nn_quant.h"

NN_KERNEL void nn_copy_s8(int8_t *to, const int8_t *from, int32_t n) {
  int32_t i = 0;
#if defined(__ARM_FEATURE_UNALIGNED) && defined(__GNUC__)
  for (; i + 4 <= n; i += 4) {
    uint32_t word;
    __builtin_memcpy(&word, from + i, sizeof word);
    __builtin_memcpy(to + i, &word, sizeof word);
  }
#endif
  for (; i < n; ++i) {
    to[i] = from[i];
  }
}

NN_KERNEL void nn_fill_s8(int8_t *to, int8_t value, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    to[i] = value;
  }
}

#endif
