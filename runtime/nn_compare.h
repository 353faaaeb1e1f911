/* EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, with repeated axes. */
#ifndef NN_COMPARE_H
#define NN_COMPARE_H

#include "nn_binary.h"
#include "nn_elements.h"

typedef struct {
  int32_t operation, type;
  /* Integers of up to 16 bits with scales are compared as 256 * (x - zero) * scale, rounded as TFLite does;
   * multipliers of 0: as they are. */
  int32_t a_zero, a_multiplier, a_shift;
  int32_t b_zero, b_multiplier, b_shift;
} nn_comparison_t;

typedef struct {
  nn_pairs_t pairs;
  nn_comparison_t comparison;
} nn_compare_t;

typedef struct {
  nn_broadcast_t axes;
  nn_comparison_t comparison;
} nn_compare_broadcast_t;

/* From what three comparisons give: -1 for less, 0, 1 for greater; 2 where one is no number. */
NN_KERNEL uint8_t nn_compare_order(int32_t operation, int32_t order) {
  switch (operation) {
  case NN_EQUAL:
    return order == 0;
  case NN_NOT_EQUAL:
    return order != 0;
  case NN_GREATER:
    return order == 1;
  case NN_GREATER_EQUAL:
    return order == 0 || order == 1;
  case NN_LESS:
    return order == -1;
  default: /* NN_LESS_EQUAL */
    return order == 0 || order == -1;
  }
}

NN_KERNEL int32_t nn_order_f32(float a, float b) { return a < b ? -1 : (a > b ? 1 : (a == b ? 0 : 2)); }

NN_KERNEL int32_t nn_order_s64(int64_t a, int64_t b) { return a < b ? -1 : (a > b ? 1 : 0); }

NN_KERNEL int32_t nn_order_s32(int32_t a, int32_t b) { return a < b ? -1 : (a > b ? 1 : 0); }

NN_KERNEL uint8_t nn_compare_one(const nn_comparison_t p, const void *a, int32_t ai, const void *b,
                                 int32_t bi) {
  if (p.type == NN_F32) {
    return nn_compare_order(p.operation, nn_order_f32(((const float *)a)[ai], ((const float *)b)[bi]));
  }
  if (p.type == NN_S64) {
    return nn_compare_order(p.operation, nn_order_s64(((const int64_t *)a)[ai], ((const int64_t *)b)[bi]));
  }
  int32_t x = nn_load_s32(p.type, a, ai), y = nn_load_s32(p.type, b, bi);
  if (p.a_multiplier != 0 || p.b_multiplier != 0) {
    x = nn_requantize((x - p.a_zero) * 256, p.a_multiplier, p.a_shift);
    y = nn_requantize((y - p.b_zero) * 256, p.b_multiplier, p.b_shift);
  }
  return nn_compare_order(p.operation, nn_order_s32(x, y));
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_compare(const nn_compare_t p, const void *a, const void *b, uint8_t *out, int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit, out += p.pairs.width) {
    const int32_t a0 = unit * p.pairs.a_unit, b0 = unit * p.pairs.b_unit;
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      out[i] = nn_compare_one(p.comparison, a, a0 + i * p.pairs.a_step, b, b0 + i * p.pairs.b_step);
    }
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_compare_broadcast(const nn_compare_broadcast_t p, const void *a, const void *b,
                                    uint8_t *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const int32_t a0 = nn_broadcast_a(p.axes, row), b0 = nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      out[i] = nn_compare_one(p.comparison, a, a0 + i * p.axes.a5, b, b0 + i * p.axes.b5);
    }
  }
}

#endif
