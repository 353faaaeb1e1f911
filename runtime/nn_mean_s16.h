/* MEAN over any axes, int16 (TFLite reference_ops::QuantizedMeanOrSum), zero points 0. */
#ifndef NN_MEAN_S16_H
#define NN_MEAN_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t kept_0, kept_1, kept_2;                /* sizes of the axes that stay, outermost first */
  int32_t kept_step_0, kept_step_1, kept_step_2; /* distances in the input, in elements */
  int32_t mean_0, mean_1, mean_2;                /* the same for the axes averaged over */
  int32_t mean_step_0, mean_step_1, mean_step_2;
  int32_t multiplier, shift; /* of a sum; the division by the count is in them */
} nn_mean_s16_t;

/* The mean of the elements that begin at `in`. */
NN_KERNEL int16_t nn_mean_single_s16(const nn_mean_s16_t p, const int16_t *in) {
  int32_t sum = 0;
  for (int32_t i = 0; i < p.mean_0; ++i) {
    for (int32_t j = 0; j < p.mean_1; ++j) {
      const int16_t *a = in + i * p.mean_step_0 + j * p.mean_step_1;
      for (int32_t k = 0; k < p.mean_2; ++k, a += p.mean_step_2) {
        sum += *a;
      }
    }
  }
  return (int16_t)nn_clamp(nn_requantize(sum, p.multiplier, p.shift), -32768, 32767);
}

NN_KERNEL void nn_mean_s16(const nn_mean_s16_t p, const int16_t *in, int16_t *out) {
  for (int32_t i = 0; i < p.kept_0; ++i) {
    for (int32_t j = 0; j < p.kept_1; ++j) {
      const int16_t *a = in + i * p.kept_step_0 + j * p.kept_step_1;
      for (int32_t k = 0; k < p.kept_2; ++k, a += p.kept_step_2) {
        *out++ = nn_mean_single_s16(p, a);
      }
    }
  }
}

#endif
