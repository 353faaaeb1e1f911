/* SOFTMAX, int8 (TFLite reference_ops::Softmax): fixed point, the exponentials from a table. */
#ifndef NN_SOFTMAX_S8_H
#define NN_SOFTMAX_S8_H

#include "nn_reciprocal.h"

typedef struct {
  int32_t depth;   /* elements of a row */
  int32_t entries; /* of the table; what lies further below the greatest element counts as 0 */
} nn_softmax_s8_t;

/* What a row's outputs are made of: exponentials times scale / 2^(31 + over_unit) are fractions. */
typedef struct {
  int32_t max, scale, over_unit;
} nn_softmax_row_t;

NN_KERNEL nn_softmax_row_t nn_softmax_row_s8(const nn_softmax_s8_t *p, const int8_t *in,
                                             const int32_t *exponentials) {
  nn_softmax_row_t row = {in[0], 0, 12};
  for (int32_t i = 1; i < p->depth; ++i) {
    row.max = in[i] > row.max ? in[i] : row.max;
  }
  uint32_t sum = 0; /* Q12.19 */
  for (int32_t i = 0; i < p->depth; ++i) {
    const int32_t below = row.max - in[i];
    if (below < p->entries) {
      sum += ((uint32_t)exponentials[below] + 2048u) >> 12;
    }
  }
  for (; sum < 0x80000000u; sum <<= 1) {
    --row.over_unit;
  }
  row.scale = nn_reciprocal(sum);
  return row;
}

/* The output at `below` steps under the greatest input: fraction * 2^bits + low, at most high. */
NN_KERNEL int32_t nn_softmax_output(const nn_softmax_s8_t *p, const nn_softmax_row_t *row,
                                    const int32_t *exponentials, int32_t below, int32_t bits, int32_t low,
                                    int32_t high) {
  if (below >= p->entries) {
    return low;
  }
  const int32_t shift = row->over_unit + 31 - bits;
  const int32_t product = nn_high_mul(row->scale, exponentials[below]);
  const int32_t y = low + nn_rounding_shift(product, shift < 31 ? shift : 31);
  return y < high ? y : high;
}

/* n rows one after the other; exponentials[d] = exp(-d * scale * beta) as Q0.31; out may be in */
NN_SHARED void nn_softmax_s8(const nn_softmax_s8_t p, const int8_t *in, int8_t *out,
                             const int32_t *exponentials, int32_t n) {
  for (int32_t i = 0; i < n; ++i, in += p.depth, out += p.depth) {
    const nn_softmax_row_t row = nn_softmax_row_s8(&p, in, exponentials);
    for (int32_t j = 0; j < p.depth; ++j) {
      out[j] = (int8_t)nn_softmax_output(&p, &row, exponentials, row.max - in[j], 8, -128, 127);
    }
  }
}

#endif
