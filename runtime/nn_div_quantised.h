/* DIV of quantised int8, uint8 or int16, with repeated axes (TFLite reference_ops::DivElementwise): the
 * dividend, shifted left as far as it goes, times the divisor's reciprocal. */
#ifndef NN_DIV_QUANTISED_H
#define NN_DIV_QUANTISED_H

#include "nn_broadcast.h"
#include "nn_elements.h"
#include "nn_reciprocal.h"

typedef struct {
  int32_t type;
  int32_t a_zero, b_zero, out_zero;
  int32_t multiplier, shift; /* of quotients */
  int32_t low, high;
} nn_div_scale_t;

typedef struct {
  nn_pairs_t pairs;
  nn_div_scale_t scale;
} nn_div_quantised_t;

typedef struct {
  nn_broadcast_t axes;
  nn_div_scale_t scale;
} nn_div_broadcast_quantised_t;

/* a / b in steps of the output; 0 where b is 0 */
NN_KERNEL int32_t nn_div_steps(const nn_div_scale_t p, int32_t a, int32_t b) {
  const int32_t dividend = b < 0 ? -a : a;
  uint32_t divisor = (uint32_t)(b < 0 ? -b : b);
  if (dividend == 0 || divisor == 0) {
    return 0;
  }
  int32_t right = 31 - p.shift;
  for (; divisor < 0x80000000u; divisor <<= 1) {
    --right;
  }
  int32_t wide = dividend;
  for (; wide < 1 << 30 && wide >= -(1 << 30); wide *= 2) {
    ++right;
  }
  return right > 31
             ? 0
             : nn_rounding_shift(nn_high_mul(nn_high_mul(wide, nn_reciprocal(divisor)), p.multiplier), right);
}

NN_KERNEL void nn_div_one_quantised(const nn_div_scale_t p, const void *a, int32_t ai, const void *b,
                                    int32_t bi, void *out, int32_t i) {
  const int32_t y =
      nn_div_steps(p, nn_load_s32(p.type, a, ai) - p.a_zero, nn_load_s32(p.type, b, bi) - p.b_zero);
  nn_store_s32(p.type, out, i, nn_clamp(y + p.out_zero, p.low, p.high));
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_div_quantised(const nn_div_quantised_t p, const void *a, const void *b, void *out,
                                int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit) {
    const int32_t a0 = unit * p.pairs.a_unit, b0 = unit * p.pairs.b_unit, out0 = unit * p.pairs.width;
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      nn_div_one_quantised(p.scale, a, a0 + i * p.pairs.a_step, b, b0 + i * p.pairs.b_step, out, out0 + i);
    }
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_div_broadcast_quantised(const nn_div_broadcast_quantised_t p, const void *a, const void *b,
                                          void *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row) {
    const int32_t a0 = nn_broadcast_a(p.axes, row), b0 = nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      nn_div_one_quantised(p.scale, a, a0 + i * p.axes.a5, b, b0 + i * p.axes.b5, out,
                           row * p.axes.size5 + i);
    }
  }
}

#endif
