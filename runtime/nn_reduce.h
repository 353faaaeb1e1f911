/* Walking over the axes that a reduction keeps and those that it takes together: at most three runs of
 * neighbouring axes of each kind. Steps are in elements. */
#ifndef NN_REDUCE_H
#define NN_REDUCE_H

#include "nn_quant.h"

typedef struct {
  int32_t kept_0, kept_1, kept_2; /* sizes, outermost first */
  int32_t kept_step_0, kept_step_1, kept_step_2;
  int32_t taken_0, taken_1, taken_2;
  int32_t taken_step_0, taken_step_1, taken_step_2;
} nn_reduce_t;

/* Outputs there are. */
NN_KERNEL int32_t nn_reduce_outputs(const nn_reduce_t x) { return x.kept_0 * x.kept_1 * x.kept_2; }

/* Where the elements of output i begin. */
NN_KERNEL int32_t nn_reduce_start(const nn_reduce_t x, int32_t i) {
  const int32_t rest = i / x.kept_2;
  return i % x.kept_2 * x.kept_step_2 + rest % x.kept_1 * x.kept_step_1 + rest / x.kept_1 * x.kept_step_0;
}

/* Runs of x.taken_2 elements, x.taken_step_2 apart, that make an output. */
NN_KERNEL int32_t nn_reduce_runs(const nn_reduce_t x) { return x.taken_0 * x.taken_1; }

/* Where run r begins, from the output's first element on. */
NN_KERNEL int32_t nn_reduce_run(const nn_reduce_t x, int32_t r) {
  return r % x.taken_1 * x.taken_step_1 + r / x.taken_1 * x.taken_step_0;
}

#endif
