/* CUMSUM: running sums along an axis; integers wrap. */
#ifndef NN_CUMSUM_H
#define NN_CUMSUM_H

#include "nn_quant.h"

typedef struct {
  int32_t outer, size, inner; /* elements before, along and behind the axis */
  int32_t exclusive;          /* 1: an element is not in its own sum */
  int32_t reverse;            /* 1: from the end on */
} nn_cumsum_t;

typedef nn_cumsum_t nn_cumsum_s32_t;
typedef nn_cumsum_t nn_cumsum_s64_t;
typedef nn_cumsum_t nn_cumsum_f32_t;

/* out may be in */
NN_KERNEL void nn_cumsum_s32(const nn_cumsum_s32_t p, const int32_t *in, int32_t *out) {
  for (int32_t run = 0; run < p.outer * p.inner; ++run) {
    const int32_t start = run / p.inner * p.size * p.inner + run % p.inner;
    uint32_t sum = 0;
    for (int32_t k = 0; k < p.size; ++k) {
      const int32_t at = start + (p.reverse != 0 ? p.size - 1 - k : k) * p.inner;
      const uint32_t before = sum;
      sum += (uint32_t)in[at];
      out[at] = (int32_t)(p.exclusive != 0 ? before : sum);
    }
  }
}

/* out may be in */
NN_KERNEL void nn_cumsum_s64(const nn_cumsum_s64_t p, const int64_t *in, int64_t *out) {
  for (int32_t run = 0; run < p.outer * p.inner; ++run) {
    const int32_t start = run / p.inner * p.size * p.inner + run % p.inner;
    uint64_t sum = 0;
    for (int32_t k = 0; k < p.size; ++k) {
      const int32_t at = start + (p.reverse != 0 ? p.size - 1 - k : k) * p.inner;
      const uint64_t before = sum;
      sum += (uint64_t)in[at];
      out[at] = (int64_t)(p.exclusive != 0 ? before : sum);
    }
  }
}

/* out may be in */
NN_KERNEL void nn_cumsum_f32(const nn_cumsum_f32_t p, const float *in, float *out) {
  for (int32_t run = 0; run < p.outer * p.inner; ++run) {
    const int32_t start = run / p.inner * p.size * p.inner + run % p.inner;
    float sum = 0;
    for (int32_t k = 0; k < p.size; ++k) {
      const int32_t at = start + (p.reverse != 0 ? p.size - 1 - k : k) * p.inner;
      const float before = sum;
      sum += in[at];
      out[at] = p.exclusive != 0 ? before : sum;
    }
  }
}

#endif
