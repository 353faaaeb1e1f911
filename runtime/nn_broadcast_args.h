/* BROADCAST_ARGS: of two shapes, aligned at their ends, the sizes that are not 1. */
#ifndef NN_BROADCAST_ARGS_H
#define NN_BROADCAST_ARGS_H

#include "nn_quant.h"

typedef struct {
  int32_t rank_a, rank_b;
} nn_broadcast_args_t;

typedef nn_broadcast_args_t nn_broadcast_args_s32_t;
typedef nn_broadcast_args_t nn_broadcast_args_s64_t;

NN_KERNEL void nn_broadcast_args_s32(const nn_broadcast_args_s32_t p, const int32_t *a, const int32_t *b,
                                     int32_t *out) {
  const int32_t rank = p.rank_a > p.rank_b ? p.rank_a : p.rank_b;
  for (int32_t i = 0; i < rank; ++i) {
    const int32_t m = i < rank - p.rank_a ? 1 : a[i - (rank - p.rank_a)];
    const int32_t n = i < rank - p.rank_b ? 1 : b[i - (rank - p.rank_b)];
    out[i] = m == 1 ? n : m;
  }
}

NN_KERNEL void nn_broadcast_args_s64(const nn_broadcast_args_s64_t p, const int64_t *a, const int64_t *b,
                                     int64_t *out) {
  const int32_t rank = p.rank_a > p.rank_b ? p.rank_a : p.rank_b;
  for (int32_t i = 0; i < rank; ++i) {
    const int64_t m = i < rank - p.rank_a ? 1 : a[i - (rank - p.rank_a)];
    const int64_t n = i < rank - p.rank_b ? 1 : b[i - (rank - p.rank_b)];
    out[i] = m == 1 ? n : m;
  }
}

#endif
