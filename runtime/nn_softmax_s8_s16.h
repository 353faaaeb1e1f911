/* SOFTMAX, int8 to int16 (TFLite reference_ops::Softmax). */
#ifndef NN_SOFTMAX_S8_S16_H
#define NN_SOFTMAX_S8_S16_H

#include "nn_softmax_s8.h"

typedef nn_softmax_s8_t nn_softmax_s8_s16_t;

/* n rows one after the other; exponentials[d] = exp(-d * scale * beta) as Q0.31 */
NN_SHARED void nn_softmax_s8_s16(const nn_softmax_s8_s16_t p, const int8_t *in, int16_t *out,
                                 const int32_t *exponentials, int32_t n) {
  for (int32_t i = 0; i < n; ++i, in += p.depth, out += p.depth) {
    const nn_softmax_row_t row = nn_softmax_row_s8(&p, in, exponentials);
    for (int32_t j = 0; j < p.depth; ++j) {
      const int32_t below = row.max - in[j];
      out[j] = (int16_t)nn_softmax_output(&p, &row, exponentials, below, 16, -32768, 32767);
    }
  }
}

#endif
