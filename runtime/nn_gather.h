/* GATHER: slices of the input that indices name, of any type. Indices outside the axis, at which TensorFlow
 * Lite stops, read the nearest slice there is. */
#ifndef NN_GATHER_H
#define NN_GATHER_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t batch; /* indices differ from batch to batch */
  int32_t outer; /* but not along these axes */
  int32_t size;  /* of the axis */
  int32_t count; /* indices a batch */
  int32_t run;   /* bytes of a slice */
} nn_gather_t;

typedef nn_gather_t nn_gather_s16_t;
typedef nn_gather_t nn_gather_s32_t;
typedef nn_gather_t nn_gather_s64_t;

NN_KERNEL int32_t nn_index(int64_t index, int32_t size) {
  return index < 0 ? 0 : (index < size ? (int32_t)index : size - 1);
}

NN_KERNEL void nn_gather_s16(const nn_gather_s16_t p, const void *in, const int16_t *indices, void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t b = 0; b < p.batch; ++b) {
    for (int32_t o = 0; o < p.outer; ++o) {
      const uint8_t *from = (const uint8_t *)in + (b * p.outer + o) * p.size * p.run;
      for (int32_t i = 0; i < p.count; ++i, to += p.run) {
        NN_MOVE(to, from + nn_index(indices[b * p.count + i], p.size) * p.run, (size_t)p.run);
      }
    }
  }
}

NN_KERNEL void nn_gather_s32(const nn_gather_s32_t p, const void *in, const int32_t *indices, void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t b = 0; b < p.batch; ++b) {
    for (int32_t o = 0; o < p.outer; ++o) {
      const uint8_t *from = (const uint8_t *)in + (b * p.outer + o) * p.size * p.run;
      for (int32_t i = 0; i < p.count; ++i, to += p.run) {
        NN_MOVE(to, from + nn_clamp(indices[b * p.count + i], 0, p.size - 1) * p.run, (size_t)p.run);
      }
    }
  }
}

NN_KERNEL void nn_gather_s64(const nn_gather_s64_t p, const void *in, const int64_t *indices, void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t b = 0; b < p.batch; ++b) {
    for (int32_t o = 0; o < p.outer; ++o) {
      const uint8_t *from = (const uint8_t *)in + (b * p.outer + o) * p.size * p.run;
      for (int32_t i = 0; i < p.count; ++i, to += p.run) {
        NN_MOVE(to, from + nn_index(indices[b * p.count + i], p.size) * p.run, (size_t)p.run);
      }
    }
  }
}

#endif
