/* REDUCE_MAX and REDUCE_MIN over any axes; REDUCE_ANY and REDUCE_ALL are those of bool. */
#ifndef NN_REDUCE_EXTREME_H
#define NN_REDUCE_EXTREME_H

#include "nn_elements.h"
#include "nn_reduce.h"

typedef struct {
  nn_reduce_t axes;
  int32_t type; /* of up to int32 */
  int32_t least;
} nn_reduce_extreme_int_t;

typedef struct {
  nn_reduce_t axes;
  int32_t least; /* 1: the least, 0: the greatest element */
} nn_reduce_extreme_s64_t;

typedef nn_reduce_extreme_s64_t nn_reduce_extreme_f32_t;

NN_KERNEL void nn_reduce_extreme_int(const nn_reduce_extreme_int_t p, const void *in, void *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const int32_t start = nn_reduce_start(p.axes, i);
    int32_t found = nn_load_s32(p.type, in, start);
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const int32_t x = start + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        const int32_t v = nn_load_s32(p.type, in, x + k * p.axes.taken_step_2);
        found = (p.least ? v < found : v > found) ? v : found;
      }
    }
    nn_store_s32(p.type, out, i, found);
  }
}

NN_KERNEL void nn_reduce_extreme_s64(const nn_reduce_extreme_s64_t p, const int64_t *in, int64_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const int64_t *a = in + nn_reduce_start(p.axes, i);
    int64_t found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const int64_t *x = a + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        const int64_t v = x[k * p.axes.taken_step_2];
        found = (p.least ? v < found : v > found) ? v : found;
      }
    }
    out[i] = found;
  }
}

NN_KERNEL void nn_reduce_extreme_f32(const nn_reduce_extreme_f32_t p, const float *in, float *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const float *a = in + nn_reduce_start(p.axes, i);
    float found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const float *x = a + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        const float v = x[k * p.axes.taken_step_2];
        found = (p.least ? v < found : v > found) ? v : found;
      }
    }
    out[i] = found;
  }
}

#endif
