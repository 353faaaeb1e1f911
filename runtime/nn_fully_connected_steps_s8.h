/* FULLY_CONNECTED, int8, for scales that no integer multiplication equals: each output is found among the
 * accumulators at which it steps up.
 */
#ifndef NN_FULLY_CONNECTED_STEPS_S8_H
#define NN_FULLY_CONNECTED_STEPS_S8_H

#include "isa/api.h"

typedef struct {
  int32_t in_c, out_c;  /* inputs and outputs of a row */
  int32_t weights_zero; /* zero point of the weights */
  int32_t ladders;      /* one for all outputs, or one each */
  int32_t low, high;    /* clamp of the output: the output is low + how many steps are reached */
} nn_fully_connected_steps_s8_t;

/* how many of the ascending steps are <= acc */
NN_KERNEL int32_t nn_steps_reached(int32_t acc, const int32_t *steps, int32_t count) {
  int32_t reached = 0;
  while (count > 0) {
    const int32_t half = count / 2;
    if (steps[reached + half] <= acc) {
      reached += half + 1;
      count -= half + 1;
    } else {
      count = half;
    }
  }
  return reached;
}

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c], steps[ladders][high - low] */
NN_SHARED void nn_fully_connected_steps_s8(const nn_fully_connected_steps_s8_t p, const int8_t *in,
                                           int8_t *out, const int8_t *weights, const int32_t *biases,
                                           const int32_t *steps, int32_t n) {
  const int32_t count = p.high - p.low;
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    const int32_t offset = p.weights_zero == 0 ? 0 : -p.weights_zero * nn_sum_s8(in, p.in_c);
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      int32_t acc[2] = {biases[oc] + offset, biases[oc + both] + offset};
      nn_dot_1x2_s8(in, w0, w1, p.in_c, acc);
      for (int32_t i = 0; i <= both; ++i) {
        const int32_t *ladder = p.ladders == 1 ? steps : steps + (oc + i) * count;
        out[oc + i] = (int8_t)(p.low + nn_steps_reached(acc[i], ladder, count));
      }
    }
  }
}

#endif
