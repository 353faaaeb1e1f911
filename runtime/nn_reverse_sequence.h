/* REVERSE_SEQUENCE: the first so many elements along an axis turned round, as many as each batch says, of any
 * type. Lengths beyond the axis, at which TensorFlow Lite stops, count as all of it. */
#ifndef NN_REVERSE_SEQUENCE_H
#define NN_REVERSE_SEQUENCE_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t outer, first, middle, second; /* the two axes, and what is before and between them */
  int32_t run;                          /* bytes behind them */
  int32_t batch_first;                  /* 1: the first axis is that of the batches */
} nn_reverse_sequence_t;

typedef nn_reverse_sequence_t nn_reverse_sequence_s32_t;
typedef nn_reverse_sequence_t nn_reverse_sequence_s64_t;

/* Where element i of a sequence comes from. */
NN_KERNEL int32_t nn_turned(int32_t i, int64_t length, int32_t size) {
  const int32_t n = length < size ? (int32_t)length : size;
  return i < n ? n - 1 - i : i;
}

NN_KERNEL void nn_reverse_sequence_one(const nn_reverse_sequence_t p, const uint8_t *in, int32_t i, int32_t k,
                                       int64_t length, uint8_t *out) {
  const int32_t from_i = p.batch_first != 0 ? i : nn_turned(i, length, p.first);
  const int32_t from_k = p.batch_first != 0 ? nn_turned(k, length, p.second) : k;
  for (int32_t j = 0; j < p.middle; ++j) {
    const int32_t to = (i * p.middle + j) * p.second + k, from = (from_i * p.middle + j) * p.second + from_k;
    NN_MOVE(out + to * p.run, in + from * p.run, (size_t)p.run);
  }
}

NN_KERNEL void nn_reverse_sequence_s32(const nn_reverse_sequence_s32_t p, const void *in,
                                       const int32_t *lengths, void *out) {
  for (int32_t o = 0; o < p.outer; ++o) {
    const int32_t at = o * p.first * p.middle * p.second * p.run;
    for (int32_t i = 0; i < p.first; ++i) {
      for (int32_t k = 0; k < p.second; ++k) {
        nn_reverse_sequence_one(p, (const uint8_t *)in + at, i, k, lengths[p.batch_first != 0 ? i : k],
                                (uint8_t *)out + at);
      }
    }
  }
}

NN_KERNEL void nn_reverse_sequence_s64(const nn_reverse_sequence_s64_t p, const void *in,
                                       const int64_t *lengths, void *out) {
  for (int32_t o = 0; o < p.outer; ++o) {
    const int32_t at = o * p.first * p.middle * p.second * p.run;
    for (int32_t i = 0; i < p.first; ++i) {
      for (int32_t k = 0; k < p.second; ++k) {
        nn_reverse_sequence_one(p, (const uint8_t *)in + at, i, k, lengths[p.batch_first != 0 ? i : k],
                                (uint8_t *)out + at);
      }
    }
  }
}

#endif
