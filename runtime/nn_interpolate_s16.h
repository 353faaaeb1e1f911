/* LOGISTIC and TANH of int16 (TFLite reference_integer_ops): a table of the logistic function and straight
 * lines between its entries. */
#ifndef NN_INTERPOLATE_S16_H
#define NN_INTERPOLATE_S16_H

#include "nn_quant.h"

/* (x * multiplier) / 2^right, ties up */
NN_KERNEL int32_t nn_scaled_s16(int16_t x, int32_t multiplier, int32_t right) {
  const int32_t half = right > 0 ? (int32_t)(1u << (right - 1)) : 0;
  return (x * multiplier + half) >> right;
}

/* table[|x| / 2^bits] in units of 2^-bits; `most` from the last entry on */
NN_KERNEL int32_t nn_interpolate_s16(int32_t x, const uint16_t *table, int32_t bits, int32_t most) {
  const int32_t size = x < 0 ? -x : x;
  const int32_t index = size >> bits;
  if (index >= 255) {
    return most;
  }
  const int32_t a = table[index], b = table[index + 1];
  return a * (1 << bits) + (size & ((1 << bits) - 1)) * (b - a);
}

/* LOGISTIC of 24ths * 2^-9, as Q0.15 */
NN_KERNEL int32_t nn_logistic_steps_s16(int32_t x, const uint16_t *sigmoid) {
  const int32_t y = nn_interpolate_s16(x, sigmoid, 9, 0x7FFF << 10);
  return ((x >= 0 ? y : (1 << 25) - 1 - y) + (1 << 9)) >> 10;
}

/* TANH of 48ths * 2^-8, as Q0.15: 2 logistic(2 x) - 1 */
NN_KERNEL int32_t nn_tanh_steps_s16(int32_t x, const uint16_t *sigmoid) {
  const int32_t y = nn_interpolate_s16(x, sigmoid, 8, 0xFFFF << 8);
  return ((x >= 0 ? y - (1 << 23) : (1 << 23) - 1 - y) + (1 << 7)) >> 8;
}

#endif
