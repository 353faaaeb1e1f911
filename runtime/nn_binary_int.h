/* Functions of two integers of up to 32 bits, as they are (no quantisation), with repeated axes. Results wrap
 * round as two's complement does; what cannot be divided gives 0. */
#ifndef NN_BINARY_INT_H
#define NN_BINARY_INT_H

#include "nn_binary.h"
#include "nn_elements.h"

typedef struct {
  nn_pairs_t pairs;
  int32_t operation, type;
  int32_t low, high; /* clamp of sums, differences, products and quotients, and of distances to shift */
} nn_binary_int_t;

typedef struct {
  nn_broadcast_t axes;
  int32_t operation, type;
  int32_t low, high;
} nn_binary_broadcast_int_t;

NN_KERNEL int32_t nn_negate(int32_t x) { return (int32_t)(0u - (uint32_t)x); }

/* a / b towards 0. */
NN_KERNEL int32_t nn_divide(int32_t a, int32_t b) { return b == 0 ? 0 : (b == -1 ? nn_negate(a) : a / b); }

/* a - b * (a / b), whose sign is a's. */
NN_KERNEL int32_t nn_remainder(int32_t a, int32_t b) { return b == 0 || b == -1 ? 0 : a % b; }

/* a to the power of b by squaring, wrapping round; 0 where b is negative. */
NN_KERNEL int32_t nn_power(int32_t a, int32_t b) {
  uint32_t power = b < 0 ? 0u : 1u, square = (uint32_t)a;
  for (; b > 0; b /= 2, square *= square) {
    power *= b % 2 != 0 ? square : 1u;
  }
  return (int32_t)power;
}

NN_KERNEL int32_t nn_binary_one_int(int32_t operation, int32_t a, int32_t b, int32_t low, int32_t high) {
  const uint32_t x = (uint32_t)a, y = (uint32_t)b;
  const int32_t rest = nn_remainder(a, b);
  const int32_t crosses = rest != 0 && (rest < 0) != (b < 0);
  switch (operation) {
  case NN_ADD:
    return nn_clamp((int32_t)(x + y), low, high);
  case NN_SUB:
    return nn_clamp((int32_t)(x - y), low, high);
  case NN_MUL:
    return nn_clamp((int32_t)(x * y), low, high);
  case NN_DIV:
    return nn_clamp(nn_divide(a, b), low, high);
  case NN_FLOOR_DIV:
    return nn_divide(a, b) - crosses;
  case NN_FLOOR_MOD:
    return crosses ? rest + b : rest;
  case NN_MINIMUM:
    return a < b ? a : b;
  case NN_MAXIMUM:
    return a > b ? a : b;
  case NN_POW:
    return nn_power(a, b);
  case NN_BITWISE_XOR:
    return (int32_t)(x ^ y);
  case NN_RIGHT_SHIFT:
    return a >> nn_clamp(b, low, high);
  case NN_RIGHT_SHIFT_UNSIGNED:
    return (int32_t)(x >> (y > 31u ? 31u : y));
  default: /* NN_SQUARED_DIFFERENCE */
    return (int32_t)((x - y) * (x - y));
  }
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_binary_int(const nn_binary_int_t p, const void *a, const void *b, void *out, int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit) {
    const int32_t a0 = unit * p.pairs.a_unit, b0 = unit * p.pairs.b_unit, out0 = unit * p.pairs.width;
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      const int32_t x = nn_load_s32(p.type, a, a0 + i * p.pairs.a_step);
      const int32_t y = nn_load_s32(p.type, b, b0 + i * p.pairs.b_step);
      nn_store_s32(p.type, out, out0 + i, nn_binary_one_int(p.operation, x, y, p.low, p.high));
    }
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_binary_broadcast_int(const nn_binary_broadcast_int_t p, const void *a, const void *b,
                                       void *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row) {
    const int32_t a0 = nn_broadcast_a(p.axes, row), b0 = nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      const int32_t x = nn_load_s32(p.type, a, a0 + i * p.axes.a5);
      const int32_t y = nn_load_s32(p.type, b, b0 + i * p.axes.b5);
      nn_store_s32(p.type, out, row * p.axes.size5 + i, nn_binary_one_int(p.operation, x, y, p.low, p.high));
    }
  }
}

#endif
