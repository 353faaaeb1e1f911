/* L2_NORMALIZATION: vectors of `depth` elements divided by their length (TFLite's reference kernels).
 *
 * Integers: 1 / sqrt(sum) in fixed point; the output's scale is 1/128. compiler/ops/l2_normalization.py is
 * the Python twin.
 */
#ifndef NN_L2_NORMALIZATION_H
#define NN_L2_NORMALIZATION_H

#include <math.h>

#include "nn_inverse_root.h"

typedef struct {
  int32_t depth;
} nn_l2_normalization_f32_t;

typedef struct {
  int32_t depth, in_zero;
} nn_l2_normalization_s8_t;

typedef nn_l2_normalization_s8_t nn_l2_normalization_u8_t;

/* n vectors, in place if need be */
NN_SHARED void nn_l2_normalization_f32(const nn_l2_normalization_f32_t p, const float *in, float *out,
                                       int32_t n) {
  for (; n > 0; --n, in += p.depth, out += p.depth) {
    float sum = 0.0f;
    for (int32_t i = 0; i < p.depth; ++i) {
      sum += in[i] * in[i];
    }
    const float root = sqrtf(sum), length = root > 1e-6f ? root : 1e-6f;
    for (int32_t i = 0; i < p.depth; ++i) {
      out[i] = in[i] / length;
    }
  }
}

NN_SHARED void nn_l2_normalization_s8(const nn_l2_normalization_s8_t p, const int8_t *in, int8_t *out,
                                      int32_t n) {
  for (; n > 0; --n, in += p.depth, out += p.depth) {
    int32_t sum = 0, multiplier;
    for (int32_t i = 0; i < p.depth; ++i) {
      sum += (in[i] - p.in_zero) * (in[i] - p.in_zero);
    }
    const int32_t shift = nn_inverse_root(sum, &multiplier) + 7;
    for (int32_t i = 0; i < p.depth; ++i) {
      out[i] = (int8_t)nn_clamp(nn_requantize(in[i] - p.in_zero, multiplier, shift), -128, 127);
    }
  }
}

NN_SHARED void nn_l2_normalization_u8(const nn_l2_normalization_u8_t p, const uint8_t *in, uint8_t *out,
                                      int32_t n) {
  for (; n > 0; --n, in += p.depth, out += p.depth) {
    int32_t sum = 0, multiplier;
    for (int32_t i = 0; i < p.depth; ++i) {
      sum += (in[i] - p.in_zero) * (in[i] - p.in_zero);
    }
    const int32_t shift = nn_inverse_root(sum, &multiplier);
    for (int32_t i = 0; i < p.depth; ++i) {
      out[i] = (uint8_t)nn_clamp(128 + nn_requantize(128 * (in[i] - p.in_zero), multiplier, shift), 0, 255);
    }
  }
}

#endif
