/* TOPK_V2: the greatest elements of each row in falling order, and where they stand. Of equal ones the first
 * counts; not a number is behind every number. */
#ifndef NN_TOPK_V2_H
#define NN_TOPK_V2_H

#include "nn_elements.h"

typedef struct {
  int32_t rows, size, count; /* rows, elements of each, and how many to find */
  int32_t index_type, type;
} nn_topk_v2_int_t;

typedef struct {
  int32_t rows, size, count;
  int32_t index_type;
} nn_topk_v2_f32_t;

NN_KERNEL int64_t nn_load_s64(int32_t type, const void *data, int32_t i) {
  return type == NN_S64 ? ((const int64_t *)data)[i] : nn_load_s32(type, data, i);
}

NN_KERNEL void nn_store_s64(int32_t type, void *data, int32_t i, int64_t value) {
  if (type == NN_S64) {
    ((int64_t *)data)[i] = value;
  } else {
    nn_store_s32(type, data, i, (int32_t)value);
  }
}

/* Each element goes in behind what is not less; out and indices must not overlap with in. */
NN_KERNEL void nn_topk_v2_int(const nn_topk_v2_int_t p, const void *in, void *out, void *indices) {
  for (int32_t row = 0; row < p.rows; ++row) {
    const int32_t first = row * p.count;
    for (int32_t i = 0; i < p.size; ++i) {
      const int64_t x = nn_load_s64(p.type, in, row * p.size + i);
      int32_t at = i < p.count ? i : p.count;
      for (; at > 0 && nn_load_s64(p.type, out, first + at - 1) < x; --at) {
        if (at < p.count) {
          nn_store_s64(p.type, out, first + at, nn_load_s64(p.type, out, first + at - 1));
          nn_store_s32(p.index_type, indices, first + at, nn_load_s32(p.index_type, indices, first + at - 1));
        }
      }
      if (at < p.count) {
        nn_store_s64(p.type, out, first + at, x);
        nn_store_s32(p.index_type, indices, first + at, i);
      }
    }
  }
}

NN_KERNEL int32_t nn_is_less(float a, float b) { return a < b || (a != a && b == b); }

/* out and indices must not overlap with in */
NN_KERNEL void nn_topk_v2_f32(const nn_topk_v2_f32_t p, const float *in, float *out, void *indices) {
  for (int32_t row = 0; row < p.rows; ++row, in += p.size) {
    const int32_t first = row * p.count;
    for (int32_t i = 0; i < p.size; ++i) {
      int32_t at = i < p.count ? i : p.count;
      for (; at > 0 && nn_is_less(out[first + at - 1], in[i]); --at) {
        if (at < p.count) {
          out[first + at] = out[first + at - 1];
          nn_store_s32(p.index_type, indices, first + at, nn_load_s32(p.index_type, indices, first + at - 1));
        }
      }
      if (at < p.count) {
        out[first + at] = in[i];
        nn_store_s32(p.index_type, indices, first + at, i);
      }
    }
  }
}

#endif
