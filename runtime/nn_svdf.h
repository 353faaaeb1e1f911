/* What the SVDF kernels with integer state share: the feature stage. */
#ifndef NN_SVDF_H
#define NN_SVDF_H

#include "isa/api.h"

typedef struct {
  int32_t batches, in_c, units;
  int32_t rank;   /* filters that make a unit */
  int32_t memory; /* results that a filter remembers */
  int32_t feature_multiplier, feature_shift;
  int32_t state_zero; /* zero point of the state */
  int32_t multiplier, shift, out_zero;
  int32_t feature_rounding, rounding; /* NN_SHIFT_…, of the features and of the output */
  int32_t in_zero;                    /* zero point of the input */
  int narrow; /* the features' weights are summed up, as int16; else biases, as int32 */
} nn_svdf_t;

NN_KERNEL int32_t nn_svdf_scaled(int32_t x, int32_t multiplier, int32_t shift, int32_t rounding) {
  return rounding == NN_SHIFT_RIGHT ? nn_requantize_right(x, multiplier, -shift, 1)
                                    : nn_requantize(x, multiplier, shift);
}

/* What the input's zero point makes of filter f: of `offsets`, sums of weights or biases. */
NN_KERNEL int32_t nn_svdf_bias(const nn_svdf_t *p, const void *offsets, int32_t f) {
  return p->narrow ? -p->in_zero * ((const int16_t *)offsets)[f] : ((const int32_t *)offsets)[f];
}

/* The results of filters f and f + 1 (if there is one), clamped to [low, high]. */
NN_KERNEL void nn_svdf_features(const nn_svdf_t *p, const int8_t *in, const int8_t *feature,
                                const void *offsets, int32_t f, int32_t both, int32_t low, int32_t high,
                                int32_t fresh[2]) {
  const int8_t *w = feature + f * p->in_c;
  fresh[0] = nn_svdf_bias(p, offsets, f);
  fresh[1] = nn_svdf_bias(p, offsets, f + both);
  nn_dot_1x2_s8(in, w, w + both * p->in_c, p->in_c, fresh);
  for (int32_t i = 0; i < 2; ++i) {
    const int32_t y = nn_svdf_scaled(fresh[i], p->feature_multiplier, p->feature_shift, p->feature_rounding);
    fresh[i] = nn_clamp(y, low, high);
  }
}

/* A unit's sum to its output. */
NN_KERNEL int8_t nn_svdf_output(const nn_svdf_t *p, int32_t sum) {
  return nn_clamp_s8(nn_svdf_scaled(sum, p->multiplier, p->shift, p->rounding) + p->out_zero, -128, 127);
}

#endif
