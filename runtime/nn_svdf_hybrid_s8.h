/* SVDF, float32 with int8 weights (TFLite reference_ops::EvalHybridSVDF): the input is quantised as it comes,
 * the state is float. */
#ifndef NN_SVDF_HYBRID_S8_H
#define NN_SVDF_HYBRID_S8_H

#include "isa/api.h"
#include "nn_dynamic_range.h"
#include "nn_float.h"

typedef struct {
  int32_t batches, in_c, units;
  int32_t rank;   /* filters that make a unit */
  int32_t memory; /* results that a filter remembers */
  float low, high;
  int32_t asymmetric; /* quantise with a zero point */
  float feature_scale, time_scale;
} nn_svdf_hybrid_s8_t;

/* Forgets the oldest value, appends the newest; the sum of products with w. */
NN_KERNEL float nn_svdf_remember_hybrid_s8(float *state, float newest, const int8_t *w, int32_t n) {
  float sum = 0.0f;
  for (int32_t i = 0; i + 1 < n; ++i) {
    state[i] = state[i + 1];
    sum += state[i] * (float)w[i];
  }
  state[n - 1] = newest;
  return sum + newest * (float)w[n - 1];
}

/* in[batches][in_c], out[batches][units], state[batches][units][rank][memory], the oldest first;
 * feature[units * rank][in_c], time[units * rank][memory], row_sums[units * rank] (of the feature weights;
 * read where asymmetric), quantized[in_c] */
NN_SHARED void nn_svdf_hybrid_s8(const nn_svdf_hybrid_s8_t p, const float *in, float *out, float *state,
                                 const int8_t *feature, const int8_t *time, const int32_t *row_sums,
                                 int8_t *quantized, const float *bias) {
  const int32_t filters = p.units * p.rank;
  for (int32_t b = 0; b < p.batches; ++b, in += p.in_c) {
    const nn_dynamic_range_t q = p.asymmetric ? nn_quantize_asymmetric(in, p.in_c, quantized)
                                              : nn_quantize_symmetric(in, p.in_c, quantized);
    const float scale = q.scale * p.feature_scale;
    int32_t acc[2] = {0, 0};
    float sum = 0.0f;
    for (int32_t f = 0; f < filters; ++f, state += p.memory) {
      if (f % 2 == 0) {
        const int32_t both = f + 1 < filters;
        const int8_t *w = feature + f * p.in_c;
        acc[0] = p.asymmetric ? -q.zero * row_sums[f] : 0;
        acc[1] = p.asymmetric ? -q.zero * row_sums[f + both] : 0;
        nn_dot_1x2_s8(quantized, w, w + both * p.in_c, p.in_c, acc);
      }
      sum += nn_svdf_remember_hybrid_s8(state, (float)acc[f % 2] * scale, time + f * p.memory, p.memory);
      if ((f + 1) % p.rank == 0) {
        *out++ = nn_clamp_f32(sum * p.time_scale + bias[f / p.rank], p.low, p.high);
        sum = 0.0f;
      }
    }
  }
}

#endif
