/* SCATTER_ND: slices added up at the places that indices name, zeros elsewhere. An index outside, at which
 * TensorFlow Lite stops, leaves its slice out. */
#ifndef NN_SCATTER_ND_H
#define NN_SCATTER_ND_H

#include <string.h>

#include "nn_elements.h"

typedef struct {
  int32_t count, run, elements; /* indices, elements of a slice and of the output */
  int32_t named;                /* axes that an index names, of sizes */
  int32_t size0, size1, size2, size3, size4, size5;
  int32_t type;
} nn_scatter_nd_int_t;

typedef struct {
  int32_t count, run, elements;
  int32_t named;
  int32_t size0, size1, size2, size3, size4, size5;
} nn_scatter_nd_f32_t;

/* The number of the slice that an index names, below 0 where there is none. */
NN_KERNEL int32_t nn_slice_of(const nn_scatter_nd_f32_t p, const int32_t *index) {
  int32_t slice = 0, inside = 1;
  for (int32_t axis = 0; axis < p.named; ++axis) {
    const int32_t sizes[6] = {p.size0, p.size1, p.size2, p.size3, p.size4, p.size5};
    inside = inside != 0 && index[axis] >= 0 && index[axis] < sizes[axis];
    slice = inside != 0 ? slice * sizes[axis] + index[axis] : 0;
  }
  return inside != 0 ? slice : -1;
}

NN_KERNEL void nn_scatter_nd_f32(const nn_scatter_nd_f32_t p, const int32_t *indices, const float *updates,
                                 float *out) {
  for (int32_t i = 0; i < p.elements; ++i) {
    out[i] = 0.0f;
  }
  for (int32_t k = 0; k < p.count; ++k, indices += p.named, updates += p.run) {
    const int32_t slice = nn_slice_of(p, indices);
    for (int32_t i = 0; slice >= 0 && i < p.run; ++i) {
      out[slice * p.run + i] += updates[i];
    }
  }
}

/* Integers wrap round; of bool any true is true. */
NN_KERNEL void nn_scatter_nd_one(int32_t type, void *out, int32_t at, const void *updates, int32_t i) {
  if (type == NN_S64) {
    int64_t *const to = (int64_t *)out + at;
    *to = (int64_t)((uint64_t)*to + (uint64_t)((const int64_t *)updates)[i]);
  } else if (type == NN_BOOL) {
    ((uint8_t *)out)[at] |= ((const uint8_t *)updates)[i];
  } else {
    const uint32_t sum = (uint32_t)nn_load_s32(type, out, at) + (uint32_t)nn_load_s32(type, updates, i);
    nn_store_s32(type, out, at, (int32_t)sum);
  }
}

NN_KERNEL void nn_scatter_nd_int(const nn_scatter_nd_int_t p, const int32_t *indices, const void *updates,
                                 void *out) {
  const nn_scatter_nd_f32_t places = {p.count, p.run,   p.elements, p.named, p.size0,
                                      p.size1, p.size2, p.size3,    p.size4, p.size5};
  const int32_t bytes = p.type == NN_S64 ? 8 : (p.type == NN_S32 ? 4 : 1);
  memset(out, 0, (size_t)(p.elements * bytes));
  for (int32_t k = 0; k < p.count; ++k, indices += p.named) {
    const int32_t slice = nn_slice_of(places, indices);
    for (int32_t i = 0; slice >= 0 && i < p.run; ++i) {
      nn_scatter_nd_one(p.type, out, slice * p.run + i, updates, k * p.run + i);
    }
  }
}

#endif
