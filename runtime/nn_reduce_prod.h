/* REDUCE_PROD over any axes: float32 in the order of memory; int32 and int64, which wrap. */
#ifndef NN_REDUCE_PROD_H
#define NN_REDUCE_PROD_H

#include "nn_reduce.h"

typedef nn_reduce_t nn_reduce_prod_f32_t;
typedef nn_reduce_t nn_reduce_prod_s32_t;
typedef nn_reduce_t nn_reduce_prod_s64_t;

NN_KERNEL void nn_reduce_prod_f32(const nn_reduce_prod_f32_t p, const float *in, float *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const float *a = in + nn_reduce_start(p, i);
    float product = 1;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const float *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        product *= x[k * p.taken_step_2];
      }
    }
    out[i] = product;
  }
}

NN_KERNEL void nn_reduce_prod_s32(const nn_reduce_prod_s32_t p, const int32_t *in, int32_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int32_t *a = in + nn_reduce_start(p, i);
    uint32_t product = 1;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int32_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        product *= (uint32_t)x[k * p.taken_step_2];
      }
    }
    out[i] = (int32_t)product;
  }
}

NN_KERNEL void nn_reduce_prod_s64(const nn_reduce_prod_s64_t p, const int64_t *in, int64_t *out) {
  for (int32_t i = 0; i < nn_reduce_outputs(p); ++i) {
    const int64_t *a = in + nn_reduce_start(p, i);
    uint64_t product = 1;
    for (int32_t r = 0; r < nn_reduce_runs(p); ++r) {
      const int64_t *x = a + nn_reduce_run(p, r);
      for (int32_t k = 0; k < p.taken_2; ++k) {
        product *= (uint64_t)x[k * p.taken_step_2];
      }
    }
    out[i] = (int64_t)product;
  }
}

#endif
