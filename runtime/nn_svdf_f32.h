/* SVDF, float32 (TFLite reference_ops::EvalFloatSVDF). */
#ifndef NN_SVDF_F32_H
#define NN_SVDF_F32_H

#include "nn_float.h"

typedef struct {
  int32_t batches, in_c, units;
  int32_t rank;   /* filters that make a unit */
  int32_t memory; /* results that a filter remembers */
  float low, high;
} nn_svdf_f32_t;

/* in[batches][in_c], out[batches][units], state[batches][units][rank][memory], the oldest first;
 * feature[units * rank][in_c], time[units * rank][memory] */
NN_SHARED void nn_svdf_f32(const nn_svdf_f32_t p, const float *in, float *out, float *state,
                           const float *feature, const float *time, const float *bias) {
  for (int32_t b = 0; b < p.batches; ++b, in += p.in_c) {
    const float *f = feature, *w = time;
    for (int32_t u = 0; u < p.units; ++u) {
      float sum = 0.0f;
      for (int32_t r = 0; r < p.rank; ++r, f += p.in_c, state += p.memory, w += p.memory) {
        float newest = 0.0f, products = 0.0f;
        for (int32_t i = 0; i < p.in_c; ++i) {
          newest += in[i] * f[i];
        }
        for (int32_t i = 0; i < p.memory; ++i) {
          state[i] = i + 1 < p.memory ? state[i + 1] : newest;
          products += state[i] * w[i];
        }
        sum += products;
      }
      *out++ = nn_clamp_f32(sum + bias[u], p.low, p.high);
    }
  }
}

#endif
