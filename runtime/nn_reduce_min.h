/* REDUCE_MIN over any axes: the least element, in each type. */
#ifndef NN_REDUCE_MIN_H
#define NN_REDUCE_MIN_H

#include "nn_reduce.h"

typedef nn_reduce_t nn_reduce_min_s8_t;
typedef nn_reduce_t nn_reduce_min_u8_t;
typedef nn_reduce_t nn_reduce_min_s16_t;
typedef nn_reduce_t nn_reduce_min_s32_t;
typedef nn_reduce_t nn_reduce_min_s64_t;
typedef nn_reduce_t nn_reduce_min_f32_t;

NN_KERNEL void nn_reduce_min_s8(const nn_reduce_min_s8_t p, const int8_t *in, int8_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int8_t *a = in + nn_reduce_start(p, i);
    int8_t found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int8_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        const int8_t v = x[k * p.taken_step_2];
        found = v < found ? v : found;
      }
    }
    out[i] = found;
  }
}

NN_KERNEL void nn_reduce_min_u8(const nn_reduce_min_u8_t p, const uint8_t *in, uint8_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const uint8_t *a = in + nn_reduce_start(p, i);
    uint8_t found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const uint8_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        const uint8_t v = x[k * p.taken_step_2];
        found = v < found ? v : found;
      }
    }
    out[i] = found;
  }
}

NN_KERNEL void nn_reduce_min_s16(const nn_reduce_min_s16_t p, const int16_t *in, int16_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int16_t *a = in + nn_reduce_start(p, i);
    int16_t found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int16_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        const int16_t v = x[k * p.taken_step_2];
        found = v < found ? v : found;
      }
    }
    out[i] = found;
  }
}

NN_KERNEL void nn_reduce_min_s32(const nn_reduce_min_s32_t p, const int32_t *in, int32_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int32_t *a = in + nn_reduce_start(p, i);
    int32_t found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int32_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        const int32_t v = x[k * p.taken_step_2];
        found = v < found ? v : found;
      }
    }
    out[i] = found;
  }
}

NN_KERNEL void nn_reduce_min_s64(const nn_reduce_min_s64_t p, const int64_t *in, int64_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int64_t *a = in + nn_reduce_start(p, i);
    int64_t found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int64_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        const int64_t v = x[k * p.taken_step_2];
        found = v < found ? v : found;
      }
    }
    out[i] = found;
  }
}

NN_KERNEL void nn_reduce_min_f32(const nn_reduce_min_f32_t p, const float *in, float *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const float *a = in + nn_reduce_start(p, i);
    float found = *a;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const float *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        const float v = x[k * p.taken_step_2];
        found = v < found ? v : found;
      }
    }
    out[i] = found;
  }
}

#endif
