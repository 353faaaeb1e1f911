/* SVDF, int8 with int16 state (TFLite reference_ops::EvalIntegerSVDF). */
#ifndef NN_SVDF_S16_H
#define NN_SVDF_S16_H

#include "nn_svdf.h"

typedef nn_svdf_t nn_svdf_s16_t;

/* Forgets the oldest value, appends the newest, and adds the products with w, modulo 2^32. */
NN_KERNEL int32_t nn_svdf_remember_s16(int16_t *state, int16_t newest, const int16_t *w, int32_t n,
                                       int32_t sum) {
  uint32_t wrapped = (uint32_t)sum;
  for (int32_t i = 0; i + 1 < n; ++i) {
    state[i] = state[i + 1];
    wrapped += (uint32_t)(state[i] * w[i]);
  }
  state[n - 1] = newest;
  return (int32_t)(wrapped + (uint32_t)(newest * w[n - 1]));
}

/* in[batches][in_c], out[batches][units], state[batches][units][rank][memory], the oldest first;
 * feature[units * rank][in_c], time[units * rank][memory], offsets[units * rank] as nn_svdf_bias has them;
 * the biases have the state's zero point */
NN_KERNEL void nn_svdf_s16(const nn_svdf_s16_t p, const int8_t *in, int8_t *out, int16_t *state,
                           const int8_t *feature, const int16_t *time, const void *offsets,
                           const int32_t *bias) {
  for (int32_t b = 0; b < p.batches; ++b, in += p.in_c) {
    int32_t fresh[2] = {0, 0};
    const int16_t *w = time;
    for (int32_t u = 0, f = 0; u < p.units; ++u) {
      int32_t sum = bias[u];
      for (int32_t r = 0; r < p.rank; ++r, ++f, state += p.memory, w += p.memory) {
        if (f % 2 == 0) {
          nn_svdf_features(&p, in, feature, offsets, f, f + 1 < p.units * p.rank, INT16_MIN, INT16_MAX,
                           fresh);
        }
        sum = nn_svdf_remember_s16(state, (int16_t)fresh[f % 2], w, p.memory, sum);
      }
      *out++ = nn_svdf_output(&p, sum);
    }
  }
}

#endif
