/* MUL of quantised int8, uint8 or int16, with repeated axes, in TFLite's own steps. */
#ifndef NN_MUL_QUANTISED_H
#define NN_MUL_QUANTISED_H

#include "isa/api.h"
#include "nn_broadcast.h"
#include "nn_elements.h"

typedef struct {
  int32_t type;
  int32_t a_zero, b_zero, out_zero;
  int32_t multiplier, shift; /* of the product */
  int32_t rounding;          /* NN_SHIFT_RIGHT: shift < 0 and products are below 2^30 */
  int32_t low, high;         /* clamp of the output */
} nn_mul_scale_t;

typedef struct {
  nn_pairs_t pairs;
  nn_mul_scale_t scale;
} nn_mul_quantised_t;

typedef struct {
  nn_broadcast_t axes;
  nn_mul_scale_t scale;
} nn_mul_broadcast_quantised_t;

NN_KERNEL void nn_mul_one_quantised(const nn_mul_scale_t p, const void *a, int32_t ai, const void *b,
                                    int32_t bi, void *out, int32_t i) {
  const int32_t product = (nn_load_s32(p.type, a, ai) - p.a_zero) * (nn_load_s32(p.type, b, bi) - p.b_zero);
  const int32_t y = p.rounding == NN_SHIFT_RIGHT
                        ? nn_requantize_right(product, p.multiplier, -p.shift, p.low < p.out_zero)
                        : nn_requantize(product, p.multiplier, p.shift);
  nn_store_s32(p.type, out, i, nn_clamp(y + p.out_zero, p.low, p.high));
}

/* nn_mul_run_s16(p, a, a_step, b, b_step, out, n): n of them, steps being 0 or 1, int16; returns 0, having
 * done nothing, where there are no vectors for that */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/mul_s16_mve.h"
#else
#include "isa/mul_s16_portable.h"
#endif

/* n products, the operands and the output from these elements on. */
NN_KERNEL void nn_mul_row_quantised(const nn_mul_scale_t p, const void *a, int32_t a0, int32_t a_step,
                                    const void *b, int32_t b0, int32_t b_step, void *out, int32_t out0,
                                    int32_t n) {
  if (p.type == NN_S16 && nn_mul_run_s16(&p, (const int16_t *)a + a0, a_step, (const int16_t *)b + b0, b_step,
                                         (int16_t *)out + out0, n)) {
    return;
  }
  for (int32_t i = 0; i < n; ++i) {
    nn_mul_one_quantised(p, a, a0 + i * a_step, b, b0 + i * b_step, out, out0 + i);
  }
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_mul_quantised(const nn_mul_quantised_t p, const void *a, const void *b, void *out,
                                int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit) {
    const int32_t a0 = unit * p.pairs.a_unit, b0 = unit * p.pairs.b_unit, out0 = unit * p.pairs.width;
    nn_mul_row_quantised(p.scale, a, a0, p.pairs.a_step, b, b0, p.pairs.b_step, out, out0, p.pairs.width);
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_mul_broadcast_quantised(const nn_mul_broadcast_quantised_t p, const void *a, const void *b,
                                          void *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row) {
    const int32_t a0 = nn_broadcast_a(p.axes, row), b0 = nn_broadcast_b(p.axes, row);
    nn_mul_row_quantised(p.scale, a, a0, p.axes.a5, b, b0, p.axes.b5, out, row * p.axes.size5, p.axes.size5);
  }
}

#endif
