/* UNIDIRECTIONAL_SEQUENCE_LSTM, int8 with an int16 cell state, as TensorFlow Lite Micro rounds it. */
#ifndef NN_LSTM_MICRO_S8_H
#define NN_LSTM_MICRO_S8_H

#include "nn_lstm_micro.h"
#include "nn_lstm_scales.h"

typedef nn_lstm_micro_t nn_lstm_micro_s8_t;

/* in[…][in_c], out[…][cells], hidden[batches][cells], cell[batches][cells]; in_w[cells][4][in_c],
 * recurrent_w[cells][4][cells], biases as nn_lstm_biases has them, scales[4], sigmoid as nn_logistic_s16 */
NN_SHARED void nn_lstm_micro_s8(const nn_lstm_micro_s8_t p, const int8_t *in, int8_t *out, int8_t *hidden,
                                int16_t *cell, const int8_t *in_w, const int8_t *recurrent_w,
                                const int32_t *biases, const nn_lstm_gate_t *scales,
                                const uint16_t *sigmoid) {
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const int8_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      int8_t *now = out + row * p.cells;
      for (int32_t c = 0; c < p.cells; ++c) {
        int32_t gates[4], products[4];
        const nn_lstm_biases_t bias = nn_lstm_biases(biases, p.cells, 4, p.recurrent_step, c);
        for (int32_t g = 0; g < 4; ++g) {
          gates[g] = bias.in[g];
          products[g] = bias.recurrent[g];
        }
        nn_dot_1x4_s8(in + row * p.in_c, in_w + 4 * c * p.in_c, p.in_c, gates);
        nn_dot_1x4_s8(before, recurrent_w + 4 * c * p.cells, p.cells, products);
        for (int32_t g = 0; g < 4; ++g) {
          const nn_lstm_gate_t *s = scales + g;
          const int32_t x = nn_lstm_scaled_s8(gates[g], s->in_multiplier, s->in_shift, p.rounding);
          const int32_t h =
              nn_lstm_scaled_s8(products[g], s->recurrent_multiplier, s->recurrent_shift, p.rounding);
          gates[g] = nn_clamp_s16(nn_clamp_s16(x) + nn_clamp_s16(h));
        }
        const int32_t y = nn_lstm_micro_cell(&p, gates, cell + c, sigmoid);
        now[c] = (int8_t)nn_clamp(y + p.out_zero, -128, 127);
      }
      before = now;
    }
    for (int32_t c = 0; c < p.cells; ++c) {
      hidden[c] = before[c];
    }
  }
}

#endif
