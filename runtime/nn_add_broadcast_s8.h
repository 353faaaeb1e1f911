/* ADD, int8, with repeated axes; the linear form of nn_add_s8. */
#ifndef NN_ADD_BROADCAST_S8_H
#define NN_ADD_BROADCAST_S8_H

#include "nn_broadcast.h"

typedef struct {
  nn_broadcast_t axes;
  int32_t factor_a, factor_b;
  int64_t start; /* rounding and the zero points */
  int32_t shift;
  int32_t low, high; /* clamp of the output */
} nn_add_broadcast_s8_t;

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_add_broadcast_s8(const nn_add_broadcast_s8_t p, const int8_t *a, const int8_t *b,
                                   int8_t *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const int8_t *x = a + nn_broadcast_a(p.axes, row), *y = b + nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i, x += p.axes.a5, y += p.axes.b5) {
      const int64_t sum = p.start + (int64_t)*x * p.factor_a + (int64_t)*y * p.factor_b;
      out[i] = (int8_t)nn_clamp((int32_t)(sum >> p.shift), p.low, p.high);
    }
  }
}

#endif
