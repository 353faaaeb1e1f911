/* MEAN over any axes, int8 (TFLite reference_ops::QuantizedMeanOrSum). Four neighbouring outputs a pass where
 * the innermost axis is kept, as in a mean over the rows and columns of an image.
 */
#ifndef NN_MEAN_S8_H
#define NN_MEAN_S8_H

#include "isa/api.h"

typedef struct {
  int32_t count;                                 /* elements in a mean */
  int32_t kept_0, kept_1, kept_2;                /* sizes of the axes that stay, outermost first */
  int32_t kept_step_0, kept_step_1, kept_step_2; /* distances in the input, in elements */
  int32_t mean_0, mean_1, mean_2;                /* the same for the axes averaged over */
  int32_t mean_step_0, mean_step_1, mean_step_2;
  int32_t in_zero, out_zero;
  int32_t multiplier, shift; /* of a sum; the division by count is in them */
  int32_t rounding;          /* NN_SHIFT_… */
} nn_mean_s8_t;

/* `lanes` (1 or 4) neighbouring outputs from the elements that begin at `in`. */
NN_KERNEL void nn_mean_lanes_s8(const nn_mean_s8_t p, const int8_t *in, int lanes, int8_t *out) {
  const nn_channel_t scale = {-p.count * p.in_zero, p.multiplier, p.shift};
  int32_t sum[4] = {scale.bias, scale.bias, scale.bias, scale.bias};
  for (int32_t i = 0; i < p.mean_0; ++i) {
    for (int32_t j = 0; j < p.mean_1; ++j) {
      const int8_t *a = in + i * p.mean_step_0 + j * p.mean_step_1;
      for (int32_t k = 0; k < p.mean_2; ++k, a += p.mean_step_2) {
        if (lanes == 4) {
          nn_add_x4_s8(a, sum);
        } else {
          sum[0] += a[0];
        }
      }
    }
  }
  /* No loop: a variable index would keep the sums in memory. */
  out[0] = nn_output_s8(sum[0], &scale, p.rounding, p.out_zero, -128, 127);
  if (lanes == 4) {
    out[1] = nn_output_s8(sum[1], &scale, p.rounding, p.out_zero, -128, 127);
    out[2] = nn_output_s8(sum[2], &scale, p.rounding, p.out_zero, -128, 127);
    out[3] = nn_output_s8(sum[3], &scale, p.rounding, p.out_zero, -128, 127);
  }
}

NN_KERNEL void nn_mean_s8(const nn_mean_s8_t p, const int8_t *in, int8_t *out) {
  for (int32_t i = 0; i < p.kept_0; ++i) {
    for (int32_t j = 0; j < p.kept_1; ++j, out += p.kept_2) {
      const int8_t *a = in + i * p.kept_step_0 + j * p.kept_step_1;
      int32_t k = 0;
      for (; p.kept_step_2 == 1 && k + 4 <= p.kept_2; k += 4) {
        nn_mean_lanes_s8(p, a + k, 4, out + k);
      }
      for (; k < p.kept_2; ++k) {
        nn_mean_lanes_s8(p, a + k * p.kept_step_2, 1, out + k);
      }
    }
  }
}

#endif
