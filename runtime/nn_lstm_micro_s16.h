/* UNIDIRECTIONAL_SEQUENCE_LSTM, int16 with int8 weights, as TensorFlow Lite Micro rounds it. */
#ifndef NN_LSTM_MICRO_S16_H
#define NN_LSTM_MICRO_S16_H

#include "nn_lstm_micro.h"
#include "nn_lstm_scales.h"
#include "nn_s16.h"

typedef nn_lstm_micro_t nn_lstm_micro_s16_t;

/* Adds a.wi + bias[i], scaled, to gates[i], i < 4; wi is w[n * i] to w[n * i + n - 1]. */
NN_KERNEL void nn_lstm_add_products_s16(const int16_t *a, const int8_t *w, int32_t n, const int64_t bias[4],
                                        const nn_channel_s16_t scales[4], int32_t scaling, int32_t gates[4]) {
  for (int32_t g = 0; g < 4; g += 2) {
    int64_t sums[2] = {bias[g], bias[g + 1]};
    nn_dot_1x2_s16(a, w + g * n, w + (g + 1) * n, n, sums);
    for (int32_t i = 0; i < 2; ++i) {
      const int16_t product = nn_output_s16(sums[i], scales + g + i, scaling, -32768, 32767);
      gates[g + i] = nn_clamp_s16(gates[g + i] + product);
    }
  }
}

/* in[…][in_c], out[…][cells], hidden[batches][cells], cell[batches][cells]; in_w[cells][4][in_c],
 * recurrent_w[cells][4][cells], biases[cells][4], scales[4], sigmoid as nn_logistic_s16 */
NN_SHARED void nn_lstm_micro_s16(const nn_lstm_micro_s16_t p, const int16_t *in, int16_t *out,
                                 int16_t *hidden, int16_t *cell, const int8_t *in_w,
                                 const int8_t *recurrent_w, const int64_t *biases,
                                 const nn_lstm_gate_t *scales, const uint16_t *sigmoid) {
  static const int64_t none[4] = {0, 0, 0, 0};
  nn_channel_s16_t of_in[4], of_hidden[4];
  for (int32_t g = 0; g < 4; ++g) {
    const nn_channel_s16_t x = {0, scales[g].in_multiplier, scales[g].in_shift};
    const nn_channel_s16_t h = {0, scales[g].recurrent_multiplier, scales[g].recurrent_shift};
    of_in[g] = x;
    of_hidden[g] = h;
  }
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const int16_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      int16_t *now = out + row * p.cells;
      for (int32_t c = 0; c < p.cells; ++c) {
        int32_t gates[4] = {0, 0, 0, 0};
        nn_lstm_add_products_s16(in + row * p.in_c, in_w + 4 * c * p.in_c, p.in_c, biases + 4 * c, of_in,
                                 p.scaling, gates);
        nn_lstm_add_products_s16(before, recurrent_w + 4 * c * p.cells, p.cells, none, of_hidden, p.scaling,
                                 gates);
        now[c] = (int16_t)nn_clamp_s16(nn_lstm_micro_cell(&p, gates, cell + c, sigmoid) + p.out_zero);
      }
      before = now;
    }
    for (int32_t c = 0; c < p.cells; ++c) {
      hidden[c] = before[c];
    }
  }
}

#endif
