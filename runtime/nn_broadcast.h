/* Walking over two operands of which some axes are repeated. */
#ifndef NN_BROADCAST_H
#define NN_BROADCAST_H

#include "nn_quant.h"

/* The output's axes from the outermost on, and the step of each operand along them (0: repeated). */
typedef struct {
  int32_t size0, size1, size2, size3, size4, size5;
  int32_t a0, a1, a2, a3, a4, a5;
  int32_t b0, b1, b2, b3, b4, b5;
} nn_broadcast_t;

/* The same with two axes at most: units of `width` elements, and the steps of each operand from unit to unit
 * and from element to element. */
typedef struct {
  int32_t width, a_unit, a_step, b_unit, b_step;
} nn_pairs_t;

/* Rows are runs along the innermost axis. */
NN_KERNEL int32_t nn_broadcast_rows(const nn_broadcast_t x) {
  return x.size0 * x.size1 * x.size2 * x.size3 * x.size4;
}

/* Where row `row` of operand a starts. */
NN_KERNEL int32_t nn_broadcast_a(const nn_broadcast_t x, int32_t row) {
  const int32_t r3 = row / x.size4, r2 = r3 / x.size3, r1 = r2 / x.size2, r0 = r1 / x.size1;
  return row % x.size4 * x.a4 + r3 % x.size3 * x.a3 + r2 % x.size2 * x.a2 + r1 % x.size1 * x.a1 + r0 * x.a0;
}

/* Where row `row` of operand b starts. */
NN_KERNEL int32_t nn_broadcast_b(const nn_broadcast_t x, int32_t row) {
  const int32_t r3 = row / x.size4, r2 = r3 / x.size3, r1 = r2 / x.size2, r0 = r1 / x.size1;
  return row % x.size4 * x.b4 + r3 % x.size3 * x.b3 + r2 % x.size2 * x.b2 + r1 % x.size1 * x.b1 + r0 * x.b0;
}

#endif
