/* SUM and MEAN over any axes: float32 in the order of memory; int32 and int64, whose sums wrap; and quantised
 * integers (TFLite reference_ops::QuantizedMeanOrSum). */
#ifndef NN_REDUCE_SUM_H
#define NN_REDUCE_SUM_H

#include "nn_elements.h"
#include "nn_reduce.h"

typedef struct {
  nn_reduce_t axes;
  int32_t type;
  int32_t start;             /* the input's zero point, times the elements in a sum, taken away */
  int32_t multiplier, shift; /* of sums; a mean's hold the division */
  int32_t out_zero, low, high;
} nn_reduce_sum_quantised_t;

typedef struct {
  nn_reduce_t axes;
  int32_t count; /* that a sum is divided by, towards 0 */
} nn_reduce_sum_s32_t;

typedef nn_reduce_sum_s32_t nn_reduce_sum_s64_t;
typedef nn_reduce_t nn_reduce_sum_f32_t;

NN_KERNEL void nn_reduce_sum_f32(const nn_reduce_sum_f32_t p, const float *in, float *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const float *a = in + nn_reduce_start(p, i);
    float sum = 0;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const float *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        sum += x[k * p.taken_step_2];
      }
    }
    out[i] = sum;
  }
}

NN_KERNEL void nn_reduce_sum_s32(const nn_reduce_sum_s32_t p, const int32_t *in, int32_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const int32_t *a = in + nn_reduce_start(p.axes, i);
    int64_t sum = 0;
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const int32_t *x = a + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        sum += x[k * p.axes.taken_step_2];
      }
    }
    out[i] = (int32_t)(sum / p.count);
  }
}

NN_KERNEL void nn_reduce_sum_s64(const nn_reduce_sum_s64_t p, const int64_t *in, int64_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const int64_t *a = in + nn_reduce_start(p.axes, i);
    uint64_t sum = 0;
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const int64_t *x = a + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        sum += (uint64_t)x[k * p.axes.taken_step_2];
      }
    }
    out[i] = (int64_t)sum / p.count;
  }
}

NN_KERNEL void nn_reduce_sum_quantised(const nn_reduce_sum_quantised_t p, const void *in, void *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const int32_t start = nn_reduce_start(p.axes, i);
    int32_t sum = p.start;
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const int32_t x = start + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        sum += nn_load_s32(p.type, in, x + k * p.axes.taken_step_2);
      }
    }
    const int32_t y = nn_requantize(sum, p.multiplier, p.shift) + p.out_zero;
    nn_store_s32(p.type, out, i, nn_clamp(y, p.low, p.high));
  }
}

#endif
