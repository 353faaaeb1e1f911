/* 1 / sqrt(x) in fixed point by five Newton steps, y <- 1.5 y - x / 2 * y^3 with 3 integer bits (TFLite
 * GetInvSqrtQuantizedMultiplierExp). compiler/quant.py is the Python twin. */
#ifndef NN_INVERSE_ROOT_H
#define NN_INVERSE_ROOT_H

#include "nn_quant.h"

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

#endif
