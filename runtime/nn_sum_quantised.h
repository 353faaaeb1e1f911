/* ADD and SUB of quantised int8, uint8 or int16, with repeated axes, in TFLite's own steps. */
#ifndef NN_SUM_QUANTISED_H
#define NN_SUM_QUANTISED_H

#include "nn_broadcast.h"
#include "nn_elements.h"

typedef struct {
  int32_t type;
  int32_t sign;                          /* of b: 1 to add, -1 to subtract */
  int32_t left;                          /* of the inputs before their multipliers */
  int32_t a_zero, a_multiplier, a_right; /* to the common scale; multiplier 0: shifted only */
  int32_t b_zero, b_multiplier, b_right;
  int32_t out_zero, out_multiplier, out_right; /* from the common scale to the output's */
  int32_t low, high;                           /* clamp of the output */
} nn_sum_scale_t;

typedef struct {
  nn_pairs_t pairs;
  nn_sum_scale_t scale;
} nn_sum_quantised_t;

typedef struct {
  nn_broadcast_t axes;
  nn_sum_scale_t scale;
} nn_sum_broadcast_quantised_t;

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/sum_s16_mve.h"
#else
#include "isa/sum_s16_portable.h"
#endif

/* Whether nn_sum_s16 serves: int16 without zero points, with multipliers everywhere or nowhere, and shifts to
 * the right. */
NN_KERNEL int nn_sum_is_s16(const nn_sum_scale_t p) {
  const int32_t with = (p.a_multiplier != 0) + (p.b_multiplier != 0) + (p.out_multiplier != 0);
  return NN_SUM_S16_AT_ONCE && p.type == NN_S16 && with % 3 == 0 && p.a_zero == 0 && p.b_zero == 0 &&
         p.out_zero == 0 && p.a_right >= 0 && p.b_right >= 0 && p.out_right >= 0;
}

NN_KERNEL int32_t nn_sum_rescale(int32_t x, int32_t multiplier, int32_t right) {
  return nn_rounding_shift(multiplier == 0 ? x : nn_high_mul(x, multiplier), right);
}

NN_KERNEL void nn_sum_one_quantised(const nn_sum_scale_t p, const void *a, int32_t ai, const void *b,
                                    int32_t bi, void *out, int32_t i) {
  const int32_t x = (nn_load_s32(p.type, a, ai) - p.a_zero) * (1 << p.left);
  const int32_t y = (nn_load_s32(p.type, b, bi) - p.b_zero) * (1 << p.left);
  const int32_t sum =
      nn_sum_rescale(x, p.a_multiplier, p.a_right) + p.sign * nn_sum_rescale(y, p.b_multiplier, p.b_right);
  const int32_t z = p.out_zero + nn_sum_rescale(sum, p.out_multiplier, p.out_right);
  nn_store_s32(p.type, out, i, nn_clamp(z, p.low, p.high));
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_sum_quantised(const nn_sum_quantised_t p, const void *a, const void *b, void *out,
                                int32_t n) {
  if (nn_sum_is_s16(p.scale) && p.pairs.width == 1 && p.pairs.a_unit == 1 && p.pairs.b_unit == 1) {
    nn_sum_s16(&p.scale, (const int16_t *)a, (const int16_t *)b, (int16_t *)out, n);
    return;
  }
  for (int32_t unit = 0; unit < n; ++unit) {
    const int32_t a0 = unit * p.pairs.a_unit, b0 = unit * p.pairs.b_unit, out0 = unit * p.pairs.width;
    if (nn_sum_is_s16(p.scale) && p.pairs.a_step == 1 && p.pairs.b_step == 1) {
      nn_sum_s16(&p.scale, (const int16_t *)a + a0, (const int16_t *)b + b0, (int16_t *)out + out0,
                 p.pairs.width);
      continue;
    }
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      nn_sum_one_quantised(p.scale, a, a0 + i * p.pairs.a_step, b, b0 + i * p.pairs.b_step, out, out0 + i);
    }
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_sum_broadcast_quantised(const nn_sum_broadcast_quantised_t p, const void *a, const void *b,
                                          void *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row) {
    const int32_t a0 = nn_broadcast_a(p.axes, row), b0 = nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      nn_sum_one_quantised(p.scale, a, a0 + i * p.axes.a5, b, b0 + i * p.axes.b5, out,
                           row * p.axes.size5 + i);
    }
  }
}

#endif
