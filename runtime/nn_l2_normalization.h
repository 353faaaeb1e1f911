/* L2_NORMALIZATION: vectors of `depth` elements divided by their length (TFLite's reference kernels).
 *
 * Integers: 1 / sqrt(sum) in fixed point by five Newton steps, y <- 1.5 y - x / 2 * y^3 with 3 integer bits;
 * the output's scale is 1/128. compiler/ops/l2_normalization.py is the Python twin.
 */
#ifndef NN_L2_NORMALIZATION_H
#define NN_L2_NORMALIZATION_H

#include <math.h>

#include "nn_quant.h"

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

/* x * 2^left, saturated */
NN_KERNEL int32_t nn_shift_saturated(int32_t x, int32_t left) {
  const int64_t wide = (int64_t)x * ((int64_t)1 << left);
  return wide > INT32_MAX ? INT32_MAX : (wide < INT32_MIN ? INT32_MIN : (int32_t)wide);
}

/* 1 / sqrt(x) ~ *multiplier * 2^(shift - 31); returns the shift */
NN_SHARED int32_t nn_inverse_root(int32_t x, int32_t *multiplier) {
  if (x <= 1) {
    *multiplier = INT32_MAX;
    return 0;
  }
  int32_t right = 11;
  for (; x >= 1 << 29; x /= 4) {
    ++right;
  }
  int32_t pairs = 0; /* to the left, until x is in [2^27, 2^29) */
  for (; x < 1 << 27; x *= 4) {
    ++pairs;
  }
  right -= pairs;
  const int32_t half = nn_rounding_shift(x >> 1, 1);
  int32_t y = 1 << 28;
  for (int32_t i = 0; i < 5; ++i) {
    const int32_t cube = nn_shift_saturated(nn_high_mul(nn_high_mul(y, y), y), 6);
    y = nn_shift_saturated(nn_high_mul((1 << 28) + (1 << 27), y) - nn_high_mul(half, cube), 3);
  }
  y = nn_high_mul(y, 1518500250); /* half the root of 2 */
  if (right < 0) {
    y = (int32_t)((uint32_t)y << -right);
    right = 0;
  }
  *multiplier = y;
  return -right;
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
