/* Functions of two int64 elements, with repeated axes. Results wrap round as two's complement does; what
 * cannot be divided gives 0. */
#ifndef NN_BINARY_S64_H
#define NN_BINARY_S64_H

#include "nn_binary.h"

typedef struct {
  nn_pairs_t pairs;
  int32_t operation;
  int64_t low, high; /* clamp of sums, differences and products */
} nn_binary_s64_t;

typedef struct {
  nn_broadcast_t axes;
  int32_t operation;
  int64_t low, high;
} nn_binary_broadcast_s64_t;

NN_KERNEL int64_t nn_clamp_s64(int64_t x, int64_t low, int64_t high) {
  return x < low ? low : (x > high ? high : x);
}

NN_KERNEL int64_t nn_floor_mod_s64(int64_t a, int64_t b) {
  const int64_t rest = b == 0 || b == -1 ? 0 : a % b;
  return rest != 0 && (rest < 0) != (b < 0) ? rest + b : rest;
}

NN_KERNEL int64_t nn_binary_one_s64(int32_t operation, int64_t a, int64_t b, int64_t low, int64_t high) {
  const uint64_t x = (uint64_t)a, y = (uint64_t)b;
  switch (operation) {
  case NN_ADD:
    return nn_clamp_s64((int64_t)(x + y), low, high);
  case NN_SUB:
    return nn_clamp_s64((int64_t)(x - y), low, high);
  case NN_MUL:
    return nn_clamp_s64((int64_t)(x * y), low, high);
  case NN_FLOOR_MOD:
    return nn_floor_mod_s64(a, b);
  case NN_MINIMUM:
    return a < b ? a : b;
  default: /* NN_MAXIMUM */
    return a > b ? a : b;
  }
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_binary_s64(const nn_binary_s64_t p, const int64_t *a, const int64_t *b, int64_t *out,
                             int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit, a += p.pairs.a_unit, b += p.pairs.b_unit, out += p.pairs.width) {
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      out[i] = nn_binary_one_s64(p.operation, a[i * p.pairs.a_step], b[i * p.pairs.b_step], p.low, p.high);
    }
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_binary_broadcast_s64(const nn_binary_broadcast_s64_t p, const int64_t *a, const int64_t *b,
                                       int64_t *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const int64_t *x = a + nn_broadcast_a(p.axes, row), *y = b + nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      out[i] = nn_binary_one_s64(p.operation, x[i * p.axes.a5], y[i * p.axes.b5], p.low, p.high);
    }
  }
}

#endif
