/* PRELU of quantised int8, uint8 or int16, with repeated axes (TFLite reference_ops::Prelu). */
#ifndef NN_PRELU_QUANTISED_H
#define NN_PRELU_QUANTISED_H

#include "nn_broadcast.h"
#include "nn_elements.h"

typedef struct {
  int32_t type, slope_type;
  int32_t a_zero, b_zero, out_zero;
  int32_t multiplier, shift;                   /* from 0 on */
  int32_t negative_multiplier, negative_shift; /* of the product with the slope, below */
  int32_t low, high;                           /* of the type */
} nn_prelu_scale_t;

typedef struct {
  nn_pairs_t pairs;
  nn_prelu_scale_t scale;
} nn_prelu_quantised_t;

typedef struct {
  nn_broadcast_t axes;
  nn_prelu_scale_t scale;
} nn_prelu_broadcast_quantised_t;

NN_KERNEL void nn_prelu_one_quantised(const nn_prelu_scale_t p, const void *a, int32_t ai, const void *b,
                                      int32_t bi, void *out, int32_t i) {
  const int32_t x = nn_load_s32(p.type, a, ai) - p.a_zero;
  const int32_t y = x >= 0 ? nn_requantize(x, p.multiplier, p.shift)
                           : nn_requantize(x * (nn_load_s32(p.slope_type, b, bi) - p.b_zero),
                                           p.negative_multiplier, p.negative_shift);
  nn_store_s32(p.type, out, i, nn_clamp(y + p.out_zero, p.low, p.high));
}

/* n units; out may be a where none of its axes is repeated */
NN_KERNEL void nn_prelu_quantised(const nn_prelu_quantised_t p, const void *a, const void *b, void *out,
                                  int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit) {
    const int32_t a0 = unit * p.pairs.a_unit, b0 = unit * p.pairs.b_unit, out0 = unit * p.pairs.width;
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      nn_prelu_one_quantised(p.scale, a, a0 + i * p.pairs.a_step, b, b0 + i * p.pairs.b_step, out, out0 + i);
    }
  }
}

/* out may be a where none of its axes is repeated */
NN_KERNEL void nn_prelu_broadcast_quantised(const nn_prelu_broadcast_quantised_t p, const void *a,
                                            const void *b, void *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row) {
    const int32_t a0 = nn_broadcast_a(p.axes, row), b0 = nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      nn_prelu_one_quantised(p.scale, a, a0 + i * p.axes.a5, b, b0 + i * p.axes.b5, out,
                             row * p.axes.size5 + i);
    }
  }
}

#endif
