/* UNIDIRECTIONAL_SEQUENCE_LSTM, int8, with all four gates of a cell in one pass over packed weights. */
#ifndef NN_LSTM_PAIRS_S8_H
#define NN_LSTM_PAIRS_S8_H

#include "nn_lstm_s8.h"

typedef nn_lstm_s8_t nn_lstm_pairs_s8_t;

/* As nn_lstm_s8; weights packed by compiler/ops/dense.py: pack_pairs, the gates of a cell together;
 * biases[cells][2][4]: those of the input, then those of the recurrent products */
NN_SHARED void nn_lstm_pairs_s8(const nn_lstm_pairs_s8_t p, const int8_t *in, int8_t *out, int8_t *hidden,
                                int16_t *cell, const int16_t *in_w, const int16_t *recurrent_w,
                                const int32_t *biases, const nn_lstm_gate_t *scales) {
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const int8_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      const int8_t *x = in + row * p.in_c;
      const int16_t *w = in_w, *r = recurrent_w;
      int8_t *now = out + row * p.cells;
      for (int32_t c = 0; c < p.cells; ++c) {
        int32_t gates[4], products[4];
        w = nn_dot_1x4_pairs_s8(x, w, p.in_c, biases + 8 * c, gates);
        r = nn_dot_1x4_pairs_s8(before, r, p.cells, biases + 8 * c + 4, products);
        for (int32_t g = 0; g < 4; ++g) {
          gates[g] = nn_lstm_gate_s8(&p, gates[g], products[g], scales + g);
        }
        now[c] = nn_lstm_cell_s8(&p, gates, cell + c);
      }
      before = now;
    }
    for (int32_t c = 0; c < p.cells; ++c) {
      hidden[c] = before[c];
    }
  }
}

#endif
