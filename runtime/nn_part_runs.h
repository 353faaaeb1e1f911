/* A part of the input, of any type: the same piece of each of n runs (along channels: pixels). */
#ifndef NN_PART_RUNS_H
#define NN_PART_RUNS_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t run;   /* bytes of a piece */
  int32_t start; /* bytes before it in a run of the input */
  int32_t step;  /* bytes of a run of the input */
} nn_part_runs_t;

NN_KERNEL void nn_part_runs(const nn_part_runs_t p, const void *in, void *out, int32_t n) {
  const uint8_t *from = (const uint8_t *)in + p.start;
  uint8_t *to = (uint8_t *)out;
  for (int32_t i = 0; i < n; ++i) {
    NN_MOVE(to + i * p.run, from + i * p.step, (size_t)p.run);
  }
}

#endif
