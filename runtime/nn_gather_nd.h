/* GATHER_ND: slices of the input, each named by an index for each of its first axes. Indices outside an axis,
 * at which TensorFlow Lite stops, read the nearest slice there is. */
#ifndef NN_GATHER_ND_H
#define NN_GATHER_ND_H

#include "nn_gather.h"

typedef struct {
  int32_t count; /* slices */
  int32_t depth; /* indices a slice */
  int32_t size0, size1, size2, size3, size4, size5;
  int32_t step0, step1, step2, step3, step4, step5; /* slices from one index of an axis to the next */
  int32_t run;                                      /* bytes of a slice */
} nn_gather_nd_t;

typedef nn_gather_nd_t nn_gather_nd_s16_t;
typedef nn_gather_nd_t nn_gather_nd_s32_t;
typedef nn_gather_nd_t nn_gather_nd_s64_t;

/* What index k of a slice adds to its place. */
NN_KERNEL int32_t nn_gather_nd_part(const nn_gather_nd_t p, int32_t k, int64_t index) {
  const int32_t sizes[6] = {p.size0, p.size1, p.size2, p.size3, p.size4, p.size5};
  const int32_t steps[6] = {p.step0, p.step1, p.step2, p.step3, p.step4, p.step5};
  return nn_index(index, sizes[k]) * steps[k];
}

NN_KERNEL void nn_gather_nd_s16(const nn_gather_nd_s16_t p, const void *in, const int16_t *indices,
                                void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t i = 0; i < p.count; ++i, indices += p.depth, to += p.run) {
    int32_t slice = 0;
    for (int32_t k = 0; k < p.depth; ++k) {
      slice += nn_gather_nd_part(p, k, indices[k]);
    }
    NN_MOVE(to, (const uint8_t *)in + slice * p.run, (size_t)p.run);
  }
}

NN_KERNEL void nn_gather_nd_s32(const nn_gather_nd_s32_t p, const void *in, const int32_t *indices,
                                void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t i = 0; i < p.count; ++i, indices += p.depth, to += p.run) {
    int32_t slice = 0;
    for (int32_t k = 0; k < p.depth; ++k) {
      slice += nn_gather_nd_part(p, k, indices[k]);
    }
    NN_MOVE(to, (const uint8_t *)in + slice * p.run, (size_t)p.run);
  }
}

NN_KERNEL void nn_gather_nd_s64(const nn_gather_nd_s64_t p, const void *in, const int64_t *indices,
                                void *out) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t i = 0; i < p.count; ++i, indices += p.depth, to += p.run) {
    int32_t slice = 0;
    for (int32_t k = 0; k < p.depth; ++k) {
      slice += nn_gather_nd_part(p, k, indices[k]);
    }
    NN_MOVE(to, (const uint8_t *)in + slice * p.run, (size_t)p.run);
  }
}

#endif
