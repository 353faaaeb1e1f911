/* LOG_SOFTMAX, float32 (TFLite reference_ops::LogSoftmax). */
#ifndef NN_LOG_SOFTMAX_F32_H
#define NN_LOG_SOFTMAX_F32_H

#include <math.h>

#include "nn_float.h"

typedef struct {
  int32_t depth; /* elements of a row */
} nn_log_softmax_f32_t;

/* n rows one after the other; out may be in */
NN_SHARED void nn_log_softmax_f32(const nn_log_softmax_f32_t p, const float *in, float *out, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.depth, out += p.depth) {
    float max = in[0];
    for (int32_t i = 1; i < p.depth; ++i) {
      max = in[i] > max ? in[i] : max;
    }
    float sum = 0.0f;
    for (int32_t i = 0; i < p.depth; ++i) {
      sum += expf(in[i] - max);
    }
    const float log_sum = logf(sum);
    for (int32_t i = 0; i < p.depth; ++i) {
      out[i] = in[i] - max - log_sum;
    }
  }
}

#endif
