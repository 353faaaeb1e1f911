/* SQUARED_DIFFERENCE of quantised int8, with repeated axes, in TFLite's own steps. */
#ifndef NN_SQUARES_QUANTISED_H
#define NN_SQUARES_QUANTISED_H

#include "nn_broadcast.h"

typedef struct {
  int32_t a_zero, a_multiplier, a_right; /* to the common scale, after a shift left by 7 */
  int32_t b_zero, b_multiplier, b_right;
  int32_t out_zero, out_multiplier, out_right; /* of the square */
} nn_squares_scale_t;

typedef struct {
  nn_pairs_t pairs;
  nn_squares_scale_t scale;
} nn_squares_quantised_t;

typedef struct {
  nn_broadcast_t axes;
  nn_squares_scale_t scale;
} nn_squares_broadcast_quantised_t;

NN_KERNEL int32_t nn_squares_rescale(int32_t x, int32_t multiplier, int32_t right) {
  return nn_rounding_shift(nn_high_mul(x, multiplier), right);
}

NN_KERNEL int8_t nn_squares_one(const nn_squares_scale_t p, int8_t a, int8_t b) {
  const int32_t x = nn_squares_rescale((a - p.a_zero) * 128, p.a_multiplier, p.a_right);
  const int32_t y = nn_squares_rescale((b - p.b_zero) * 128, p.b_multiplier, p.b_right);
  const int32_t z = nn_squares_rescale((x - y) * (x - y), p.out_multiplier, p.out_right);
  return (int8_t)nn_clamp(z + p.out_zero, -128, 127);
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_squares_quantised(const nn_squares_quantised_t p, const int8_t *a, const int8_t *b,
                                    int8_t *out, int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit, a += p.pairs.a_unit, b += p.pairs.b_unit, out += p.pairs.width) {
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      out[i] = nn_squares_one(p.scale, a[i * p.pairs.a_step], b[i * p.pairs.b_step]);
    }
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_squares_broadcast_quantised(const nn_squares_broadcast_quantised_t p, const int8_t *a,
                                              const int8_t *b, int8_t *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const int8_t *x = a + nn_broadcast_a(p.axes, row), *y = b + nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      out[i] = nn_squares_one(p.scale, x[i * p.axes.a5], y[i * p.axes.b5]);
    }
  }
}

#endif
