/* ONE_HOT: along a new axis one value at each index, another elsewhere, of any type. */
#ifndef NN_ONE_HOT_H
#define NN_ONE_HOT_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t outer, depth, inner; /* indices before the new axis, its size, indices behind it */
  int32_t bytes;               /* of a value */
} nn_one_hot_t;

typedef nn_one_hot_t nn_one_hot_s32_t;
typedef nn_one_hot_t nn_one_hot_s64_t;

NN_KERNEL void nn_one_hot_s32(const nn_one_hot_s32_t p, const int32_t *indices, const void *on,
                              const void *off, void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t o = 0; o < p.outer; ++o, indices += p.inner) {
    for (int32_t d = 0; d < p.depth; ++d) {
      for (int32_t i = 0; i < p.inner; ++i, to += p.bytes) {
        NN_MOVE(to, indices[i] == d ? on : off, (size_t)p.bytes);
      }
    }
  }
}

NN_KERNEL void nn_one_hot_s64(const nn_one_hot_s64_t p, const int64_t *indices, const void *on,
                              const void *off, void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t o = 0; o < p.outer; ++o, indices += p.inner) {
    for (int32_t d = 0; d < p.depth; ++d) {
      for (int32_t i = 0; i < p.inner; ++i, to += p.bytes) {
        NN_MOVE(to, indices[i] == d ? on : off, (size_t)p.bytes);
      }
    }
  }
}

#endif
