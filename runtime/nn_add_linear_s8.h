/* ADD and SUB, int8, with repeated axes; the linear form of nn_add_s8. */
#ifndef NN_ADD_LINEAR_S8_H
#define NN_ADD_LINEAR_S8_H

#include "nn_broadcast.h"

typedef struct {
  int32_t factor_a, factor_b;
  int64_t start; /* rounding and the zero points */
  int32_t shift;
  int32_t low, high; /* clamp of the output */
} nn_add_form_s8_t;

typedef struct {
  nn_pairs_t pairs;
  nn_add_form_s8_t form;
} nn_add_linear_s8_t;

typedef struct {
  nn_broadcast_t axes;
  nn_add_form_s8_t form;
} nn_add_broadcast_linear_s8_t;

NN_KERNEL int8_t nn_add_one_s8(const nn_add_form_s8_t p, int32_t a, int32_t b) {
  const int64_t sum = p.start + (int64_t)a * p.factor_a + (int64_t)b * p.factor_b;
  return (int8_t)nn_clamp((int32_t)(sum >> p.shift), p.low, p.high);
}

/* n units; out may be an operand of which no axis is repeated */
NN_KERNEL void nn_add_linear_s8(const nn_add_linear_s8_t p, const int8_t *a, const int8_t *b, int8_t *out,
                                int32_t n) {
  for (int32_t unit = 0; unit < n; ++unit, a += p.pairs.a_unit, b += p.pairs.b_unit, out += p.pairs.width) {
    for (int32_t i = 0; i < p.pairs.width; ++i) {
      out[i] = nn_add_one_s8(p.form, a[i * p.pairs.a_step], b[i * p.pairs.b_step]);
    }
  }
}

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_add_broadcast_linear_s8(const nn_add_broadcast_linear_s8_t p, const int8_t *a,
                                          const int8_t *b, int8_t *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const int8_t *x = a + nn_broadcast_a(p.axes, row), *y = b + nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i) {
      out[i] = nn_add_one_s8(p.form, x[i * p.axes.a5], y[i * p.axes.b5]);
    }
  }
}

#endif
