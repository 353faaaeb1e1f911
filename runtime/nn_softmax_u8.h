/* SOFTMAX, uint8 (TFLite reference_ops::Softmax): see nn_softmax_s8.h. */
#ifndef NN_SOFTMAX_U8_H
#define NN_SOFTMAX_U8_H

#include "nn_softmax_s8.h"

typedef nn_softmax_s8_t nn_softmax_u8_t;

NN_KERNEL nn_softmax_row_t nn_softmax_row_u8(const nn_softmax_s8_t *p, const uint8_t *in,
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

/* n rows one after the other; exponentials[d] = exp(-d * scale * beta) as Q0.31; out may be in */
NN_SHARED void nn_softmax_u8(const nn_softmax_u8_t p, const uint8_t *in, uint8_t *out,
                             const int32_t *exponentials, int32_t n) {
  for (int32_t i = 0; i < n; ++i, in += p.depth, out += p.depth) {
    const nn_softmax_row_t row = nn_softmax_row_u8(&p, in, exponentials);
    for (int32_t j = 0; j < p.depth; ++j) {
      out[j] = (uint8_t)nn_softmax_output(&p, &row, exponentials, row.max - in[j], 8, 0, 255);
    }
  }
}

#endif
