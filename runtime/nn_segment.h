/* SEGMENT_SUM, UNSORTED_SEGMENT_*: slices that share a number, taken together. A number that is no segment's
 * leaves its slice out; integers wrap round. */
#ifndef NN_SEGMENT_H
#define NN_SEGMENT_H

#include <float.h>

#include "nn_quant.h"

typedef struct {
  int32_t slices, segments, run; /* how many, and elements of each */
  int32_t operation;
} nn_segment_t;

typedef nn_segment_t nn_segment_s32_t;
typedef nn_segment_t nn_segment_f32_t;

/* compiler/ops/segment.py: Operation */
enum { NN_SEGMENT_SUM, NN_SEGMENT_PROD, NN_SEGMENT_MAX, NN_SEGMENT_MIN };

NN_KERNEL int32_t nn_segment_one_s32(int32_t operation, int32_t a, int32_t b) {
  switch (operation) {
  case NN_SEGMENT_SUM:
    return (int32_t)((uint32_t)a + (uint32_t)b);
  case NN_SEGMENT_PROD:
    return (int32_t)((uint32_t)a * (uint32_t)b);
  case NN_SEGMENT_MAX:
    return a > b ? a : b;
  default:
    return a < b ? a : b;
  }
}

NN_KERNEL float nn_segment_one_f32(int32_t operation, float a, float b) {
  switch (operation) {
  case NN_SEGMENT_SUM:
    return a + b;
  case NN_SEGMENT_PROD:
    return a * b;
  case NN_SEGMENT_MAX:
    return a < b ? b : a;
  default:
    return b < a ? b : a;
  }
}

NN_KERNEL void nn_segment_s32(const nn_segment_s32_t p, const int32_t *in, const int32_t *numbers,
                              int32_t *out) {
  const int32_t starts[4] = {0, 1, INT32_MIN, INT32_MAX};
  for (int32_t i = 0; i < p.segments * p.run; ++i) {
    out[i] = starts[p.operation];
  }
  for (int32_t slice = 0; slice < p.slices; ++slice, in += p.run) {
    if (numbers[slice] >= 0 && numbers[slice] < p.segments) {
      int32_t *const to = out + numbers[slice] * p.run;
      for (int32_t i = 0; i < p.run; ++i) {
        to[i] = nn_segment_one_s32(p.operation, to[i], in[i]);
      }
    }
  }
}

NN_KERNEL void nn_segment_f32(const nn_segment_f32_t p, const float *in, const int32_t *numbers, float *out) {
  const float starts[4] = {0.0f, 1.0f, -FLT_MAX, FLT_MAX};
  for (int32_t i = 0; i < p.segments * p.run; ++i) {
    out[i] = starts[p.operation];
  }
  for (int32_t slice = 0; slice < p.slices; ++slice, in += p.run) {
    if (numbers[slice] >= 0 && numbers[slice] < p.segments) {
      float *const to = out + numbers[slice] * p.run;
      for (int32_t i = 0; i < p.run; ++i) {
        to[i] = nn_segment_one_f32(p.operation, to[i], in[i]);
      }
    }
  }
}

#endif
