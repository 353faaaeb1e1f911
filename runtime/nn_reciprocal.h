/* Reciprocals in fixed point. */
#ifndef NN_RECIPROCAL_H
#define NN_RECIPROCAL_H

#include "nn_quant.h"

/* 2^31 / x for x in [2^31, 2^32), by three steps of Newton (gemmlowp one_over_one_plus_x_for_x_in_0_1) */
NN_KERNEL int32_t nn_reciprocal(uint32_t x) {
  const int32_t half = (int32_t)(x >> 1);
  int32_t y = 1515870810 + nn_high_mul(half, -1010580540); /* 48/17 - 32/17 * half */
  for (int32_t i = 0; i < 3; ++i) {
    y += nn_high_mul(y, (1 << 29) - nn_high_mul(half, y)) * 4;
  }
  return y > 0x3fffffff ? INT32_MAX : y * 2;
}

#endif
