/* SVDF, int8 with int8 state (TensorFlow Lite Micro's EvalIntegerSvdfReference). */
#ifndef NN_SVDF_S8_H
#define NN_SVDF_S8_H

#include "nn_svdf.h"

typedef nn_svdf_t nn_svdf_s8_t;

/* Forgets the oldest value, appends the newest, and adds the products with w. */
NN_KERNEL int32_t nn_svdf_remember_s8(int8_t *state, int8_t newest, const int8_t *w, int32_t n, int32_t sum) {
  int32_t i = 0;
  for (; i + 4 < n; i += 4) {
    nn_pair_t a, b, c, d;
    const nn_quad_t moved = nn_load_quad(state + i + 1);
    nn_load_pairs_s8(state + i + 1, &a, &b);
    nn_load_pairs_s8(w + i, &c, &d);
    nn_store_quad(moved, state + i);
    sum = nn_dot_pair(b, d, nn_dot_pair(a, c, sum));
  }
  for (; i + 1 < n; ++i) {
    state[i] = state[i + 1];
    sum += state[i] * w[i];
  }
  state[n - 1] = newest;
  return sum + newest * w[n - 1];
}

/* A batch: filter by filter. */
NN_KERNEL void nn_svdf_filters_s8(const nn_svdf_s8_t p, const int8_t *in, int8_t *out, int8_t *state,
                                  const int8_t *feature, const int8_t *time, const void *offsets,
                                  const int32_t *bias) {
  int32_t fresh[2] = {0, 0};
  for (int32_t u = 0, f = 0; u < p.units; ++u) {
    int32_t sum = bias[u];
    for (int32_t r = 0; r < p.rank; ++r, ++f, state += p.memory, time += p.memory) {
      if (f % 2 == 0) {
        nn_svdf_features(&p, in, feature, offsets, f, f + 1 < p.units * p.rank, -128, 127, fresh);
      }
      /* The zero point comes behind the clamp there, and the sum wraps. */
      const int8_t newest = (int8_t)(uint8_t)(fresh[f % 2] + p.state_zero);
      sum = nn_svdf_remember_s8(state, newest, time, p.memory, sum);
    }
    *out++ = nn_svdf_output(&p, sum);
  }
}

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/svdf_mve.h"
#else
#include "isa/svdf_portable.h"
#endif

/* in[batches][in_c], out[batches][units], state[batches][units][rank][memory], the oldest first;
 * feature[units * rank][in_c], time[units * rank][memory], offsets[units * rank] as nn_svdf_bias has them;
 * the biases have the state's zero point */
NN_KERNEL void nn_svdf_s8(const nn_svdf_s8_t p, const int8_t *in, int8_t *out, int8_t *state,
                          const int8_t *feature, const int8_t *time, const void *offsets,
                          const int32_t *bias) {
  for (int32_t b = 0; b < p.batches; ++b) {
    nn_svdf_batch_s8(p, in + b * p.in_c, out + b * p.units, state + b * p.units * p.rank * p.memory, feature,
                     time, offsets, bias);
  }
}

#endif
