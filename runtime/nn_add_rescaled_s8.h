/* ADD, int8, any shapes, in TFLite's own steps: for scales without a linear form of the same values. */
#ifndef NN_ADD_RESCALED_S8_H
#define NN_ADD_RESCALED_S8_H

#include "nn_broadcast.h"

typedef struct {
  nn_broadcast_t axes;
  int32_t a_zero, a_multiplier, a_right; /* to the common scale, after a shift left by 20 */
  int32_t b_zero, b_multiplier, b_right;
  int32_t out_zero, out_multiplier, out_right; /* from the common scale to the output's */
  int32_t low, high;                           /* clamp of the output */
} nn_add_rescaled_s8_t;

NN_KERNEL int32_t nn_add_rescale(int32_t x, int32_t multiplier, int32_t right) {
  return nn_rounding_shift(nn_high_mul(x, multiplier), right);
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_add_rescaled_s8(const nn_add_rescaled_s8_t p, const int8_t *a, const int8_t *b,
                                  int8_t *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const int8_t *x = a + nn_broadcast_a(p.axes, row), *y = b + nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i, x += p.axes.a5, y += p.axes.b5) {
      const int32_t sum = nn_add_rescale((*x - p.a_zero) * (1 << 20), p.a_multiplier, p.a_right) +
                          nn_add_rescale((*y - p.b_zero) * (1 << 20), p.b_multiplier, p.b_right);
      const int32_t z = p.out_zero + nn_add_rescale(sum, p.out_multiplier, p.out_right);
      out[i] = (int8_t)nn_clamp(z, p.low, p.high);
    }
  }
}

#endif
