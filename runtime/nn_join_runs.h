/* One input of a concatenation, of any type: its part of each of n runs (along channels: pixels). */
#ifndef NN_JOIN_RUNS_H
#define NN_JOIN_RUNS_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t run;   /* bytes of the input's part */
  int32_t start; /* bytes of the parts before it in a run of the output */
  int32_t step;  /* bytes of a run of the output */
} nn_join_runs_t;

NN_KERNEL void nn_join_runs(const nn_join_runs_t p, const void *in, void *out, int32_t n) {
  const uint8_t *from = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out + p.start;
  for (int32_t i = 0; i < n; ++i) {
    NN_MOVE(to + i * p.step, from + i * p.run, (size_t)p.run);
  }
}

#endif
