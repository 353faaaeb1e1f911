/* SUM over any axes: float32 in the order of memory; int32 and int64, which wrap; and 8-bit integers,
 * requantised (TFLite reference_ops::QuantizedMeanOrSum). */
#ifndef NN_REDUCE_SUM_H
#define NN_REDUCE_SUM_H

#include "nn_reduce.h"

typedef struct {
  nn_reduce_t axes;
  int32_t start; /* the input's zero point, times the elements in a sum, taken away */
  int32_t multiplier, shift;
  int32_t out_zero;
} nn_reduce_sum_quantised_t;

typedef nn_reduce_t nn_reduce_sum_f32_t;
typedef nn_reduce_t nn_reduce_sum_s32_t;
typedef nn_reduce_t nn_reduce_sum_s64_t;
typedef nn_reduce_sum_quantised_t nn_reduce_sum_s8_t;
typedef nn_reduce_sum_quantised_t nn_reduce_sum_u8_t;

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
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int32_t *a = in + nn_reduce_start(p, i);
    uint32_t sum = 0;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int32_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        sum += (uint32_t)x[k * p.taken_step_2];
      }
    }
    out[i] = (int32_t)sum;
  }
}

NN_KERNEL void nn_reduce_sum_s64(const nn_reduce_sum_s64_t p, const int64_t *in, int64_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int64_t *a = in + nn_reduce_start(p, i);
    uint64_t sum = 0;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int64_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        sum += (uint64_t)x[k * p.taken_step_2];
      }
    }
    out[i] = (int64_t)sum;
  }
}

NN_KERNEL void nn_reduce_sum_s8(const nn_reduce_sum_s8_t p, const int8_t *in, int8_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const int8_t *a = in + nn_reduce_start(p.axes, i);
    int32_t sum = p.start;
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const int8_t *x = a + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        sum += x[k * p.axes.taken_step_2];
      }
    }
    out[i] = (int8_t)nn_clamp(nn_requantize(sum, p.multiplier, p.shift) + p.out_zero, -128, 127);
  }
}

NN_KERNEL void nn_reduce_sum_u8(const nn_reduce_sum_u8_t p, const uint8_t *in, uint8_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p.axes); ++i) {
    const uint8_t *a = in + nn_reduce_start(p.axes, i);
    int32_t sum = p.start;
    for (int32_t r = 0; r < nn_reduce_runs(p.axes); ++r) {
      const uint8_t *x = a + nn_reduce_run(p.axes, r);
      for (int32_t k = 0; k < p.axes.taken_2; ++k) {
        sum += x[k * p.axes.taken_step_2];
      }
    }
    out[i] = (uint8_t)nn_clamp(nn_requantize(sum, p.multiplier, p.shift) + p.out_zero, 0, 255);
  }
}

#endif
