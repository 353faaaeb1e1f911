/* Functions of two float32 elements, with repeated axes. */
#ifndef NN_BINARY_F32_H
#define NN_BINARY_F32_H

#include <math.h>

#include "nn_binary.h"
#include "nn_pairs_f32.h"

typedef struct {
  nn_pairs_t pairs;
  int32_t operation;
  float low, high; /* clamp of sums, differences, products and quotients */
} nn_binary_f32_t;

typedef struct {
  nn_broadcast_t axes;
  int32_t operation;
  float low, high;
} nn_binary_broadcast_f32_t;

/* The remainder with the divisor's sign. */
NN_KERNEL float nn_floor_mod_f32(float a, float b) {
  const float rest = fmodf(a, b);
  return rest != 0.0f && (b < 0.0f) != (rest < 0.0f) ? rest + b : rest;
}

NN_KERNEL float nn_binary_one_f32(int32_t operation, float a, float b, float low, float high) {
  switch (operation) {
  case NN_ADD:
    return nn_clamp_f32(a + b, low, high);
  case NN_SUB:
    return nn_clamp_f32(a - b, low, high);
  case NN_MUL:
    return nn_clamp_f32(a * b, low, high);
  case NN_DIV:
    return nn_clamp_f32(a / b, low, high);
  case NN_FLOOR_DIV: /* a float32 quotient could be rounded up to the next integer */
    return (float)floor((double)a / (double)b);
  case NN_FLOOR_MOD:
    return nn_floor_mod_f32(a, b);
  case NN_MINIMUM:
    return a < b ? a : b;
  case NN_MAXIMUM:
    return a > b ? a : b;
  case NN_SQUARED_DIFFERENCE:
    return (a - b) * (a - b);
  case NN_POW:
    return powf(a, b);
  case NN_ATAN2:
    return atan2f(a, b);
  default: /* NN_PRELU */
    return a >= 0.0f ? a : a * b;
  }
}

/* n pairs, each a step behind the one before. */
NN_KERNEL void nn_binary_run_f32(int32_t operation, const float *a, int32_t a_step, const float *b,
                                 int32_t b_step, float *out, int32_t n, float low, float high) {
  const nn_pairs_f32_t pairs = {a, b, out, n, low, high};
  if (nn_pairs_f32(operation, a_step, b_step, &pairs)) {
    return;
  }
  for (int32_t i = 0; i < n; ++i) {
    out[i] = nn_binary_one_f32(operation, a[i * a_step], b[i * b_step], low, high);
  }
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_binary_f32(const nn_binary_f32_t p, const float *a, const float *b, float *out, int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit, a += p.pairs.a_unit, b += p.pairs.b_unit, out += p.pairs.width) {
    nn_binary_run_f32(p.operation, a, p.pairs.a_step, b, p.pairs.b_step, out, p.pairs.width, p.low, p.high);
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_binary_broadcast_f32(const nn_binary_broadcast_f32_t p, const float *a, const float *b,
                                       float *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const float *x = a + nn_broadcast_a(p.axes, row), *y = b + nn_broadcast_b(p.axes, row);
    nn_binary_run_f32(p.operation, x, p.axes.a5, y, p.axes.b5, out, p.axes.size5, p.low, p.high);
  }
}

#endif
