/* MEAN over any axes, float32 (TFLite reference_ops::Mean). */
#ifndef NN_MEAN_F32_H
#define NN_MEAN_F32_H

#include "nn_quant.h"

typedef struct {
  int32_t count;                                 /* elements in a mean */
  int32_t kept_0, kept_1, kept_2;                /* sizes of the axes that stay, outermost first */
  int32_t kept_step_0, kept_step_1, kept_step_2; /* distances in the input, in elements */
  int32_t mean_0, mean_1, mean_2;                /* the same for the axes averaged over */
  int32_t mean_step_0, mean_step_1, mean_step_2;
} nn_mean_f32_t;

/* The mean of the elements that begin at `in`. */
NN_KERNEL float nn_mean_single_f32(const nn_mean_f32_t p, const float *in) {
  float sum = 0.0f;
  for (int32_t i = 0; i < p.mean_0; ++i) {
    for (int32_t j = 0; j < p.mean_1; ++j) {
      const float *a = in + i * p.mean_step_0 + j * p.mean_step_1;
      for (int32_t k = 0; k < p.mean_2; ++k, a += p.mean_step_2) {
        sum += *a;
      }
    }
  }
  return sum / (float)p.count;
}

NN_KERNEL void nn_mean_f32(const nn_mean_f32_t p, const float *in, float *out) {
  for (int32_t i = 0; i < p.kept_0; ++i) {
    for (int32_t j = 0; j < p.kept_1; ++j) {
      const float *a = in + i * p.kept_step_0 + j * p.kept_step_1;
      for (int32_t k = 0; k < p.kept_2; ++k, a += p.kept_step_2) {
        *out++ = nn_mean_single_f32(p, a);
      }
    }
  }
}

#endif
