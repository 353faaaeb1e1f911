/* UNIDIRECTIONAL_SEQUENCE_LSTM, int8 with an int16 cell state (TFLite lstm_eval EvalInteger8x8_16). */
#ifndef NN_LSTM_S8_H
#define NN_LSTM_S8_H

#include "nn_fixed_s16.h"
#include "nn_lstm_scales.h"

typedef struct {
  int32_t steps, batches, in_c, cells, outs; /* outputs are cells unless they are projected */
  int32_t gates;                     /* input, forget, cell, output; or 3 without the input gate, which is
                                        1 - forget */
  int32_t step_stride, batch_stride; /* from one step or batch to the next, in rows of the input */
  int32_t clip;                      /* of the cell state; 0: none */
  int32_t cell_bits;                 /* integer bits of the cell state */
  int32_t hidden_multiplier, hidden_shift, out_zero;
  int32_t rounding; /* NN_SHIFT_…, of the gates' products */
  /* nn_lstm_variants_s8 alone: */
  int32_t peephole, norm, projection; /* which of them there are */
  int32_t peephole_stride;            /* of the weights of a batch; 0: all have the same */
  int32_t projection_multiplier, projection_shift, state_zero;
  int32_t projection_clip; /* 0: none */
} nn_lstm_s8_t;

/* A gate of its two sums of products, before its activation: Q3.12. */
NN_KERNEL int32_t nn_lstm_gate_s8(const nn_lstm_s8_t *p, int32_t in, int32_t recurrent,
                                  const nn_lstm_gate_t *s) {
  const int32_t first = nn_lstm_scaled_s8(in, s->in_multiplier, s->in_shift, p->rounding);
  const int32_t second =
      nn_lstm_scaled_s8(recurrent, s->recurrent_multiplier, s->recurrent_shift, p->rounding);
  return nn_clamp_s16(nn_clamp_s16(first) + second);
}

/* The gates of a cell, before their activations: Q3.12. */
NN_KERNEL void nn_lstm_gates_s8(const nn_lstm_s8_t *p, const int8_t *in, const int8_t *hidden,
                                const int8_t *in_w, const int8_t *recurrent_w, const nn_lstm_bias_t *bias,
                                const nn_lstm_gate_t *scales, int32_t gates[4]) {
  if (p->gates == 4) {
    int32_t x[4], h[4];
    for (int32_t i = 0; i < 4; ++i) {
      x[i] = bias[i].in;
      h[i] = bias[i].recurrent;
    }
    nn_dot_1x4_s8(in, in_w, p->in_c, x);
    nn_dot_1x4_s8(hidden, recurrent_w, p->outs, h);
    for (int32_t i = 0; i < 4; ++i) {
      gates[i] = nn_lstm_gate_s8(p, x[i], h[i], scales + i);
    }
    return;
  }
  for (int32_t g = 0; g < p->gates; g += 2) {
    const int32_t both = g + 1 < p->gates;
    int32_t x[2] = {bias[g].in, bias[g + both].in};
    int32_t h[2] = {bias[g].recurrent, bias[g + both].recurrent};
    nn_dot_1x2_s8(in, in_w + g * p->in_c, in_w + (g + both) * p->in_c, p->in_c, x);
    nn_dot_1x2_s8(hidden, recurrent_w + g * p->outs, recurrent_w + (g + both) * p->outs, p->outs, h);
    for (int32_t i = 0; i <= both; ++i) {
      gates[g + i] = nn_lstm_gate_s8(p, x[i], h[i], scales + g + i);
    }
  }
}

/* The new cell state. */
NN_KERNEL int32_t nn_lstm_update_s8(const nn_lstm_s8_t *p, const int32_t gates[4], int16_t *cell) {
  const int32_t cifg = p->gates == 3;
  const int32_t forget = nn_logistic_fixed_s16(gates[1 - cifg]);
  const int32_t update = nn_tanh_fixed_s16(gates[2 - cifg], 3);
  const int32_t input = cifg ? 32767 - forget : nn_logistic_fixed_s16(gates[0]);
  const int32_t kept = nn_rounding_shift_small(forget * *cell, 15);
  const int32_t added = (int16_t)nn_rounding_shift_small(input * update, 15 + p->cell_bits);
  int32_t sum = nn_clamp_s16(kept + added);
  sum = p->clip > 0 ? nn_clamp(sum, -p->clip, p->clip) : sum;
  *cell = (int16_t)sum;
  return sum;
}

/* The output of a cell, before it is projected; the gate in Q3.12. */
NN_KERNEL int8_t nn_lstm_output_s8(const nn_lstm_s8_t *p, int32_t gate, int32_t cell) {
  const int32_t y = nn_logistic_fixed_s16(gate) * nn_tanh_fixed_s16(cell, p->cell_bits);
  /* |y| is below 2^30. */
  const int32_t z = p->hidden_shift < 0 ? nn_requantize_right(y, p->hidden_multiplier, -p->hidden_shift, 1)
                                        : nn_requantize(y, p->hidden_multiplier, p->hidden_shift);
  return (int8_t)nn_clamp(z + p->out_zero, -128, 127);
}

/* The new cell state and the output of a cell. */
NN_KERNEL int8_t nn_lstm_cell_s8(const nn_lstm_s8_t *p, const int32_t gates[4], int16_t *cell) {
  const int32_t sum = nn_lstm_update_s8(p, gates, cell);
  return nn_lstm_output_s8(p, gates[p->gates - 1], sum);
}

/* in[…][in_c], out[…][cells], hidden[batches][cells], cell[batches][cells]; in_w[cells][gates][in_c],
 * recurrent_w[cells][gates][cells], biases[cells][gates], scales[gates] */
NN_SHARED void nn_lstm_s8(const nn_lstm_s8_t p, const int8_t *in, int8_t *out, int8_t *hidden, int16_t *cell,
                          const int8_t *in_w, const int8_t *recurrent_w, const nn_lstm_bias_t *biases,
                          const nn_lstm_gate_t *scales) {
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const int8_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      int8_t *now = out + row * p.cells;
      for (int32_t c = 0; c < p.cells; ++c) {
        int32_t gates[4];
        const int32_t g = c * p.gates;
        nn_lstm_gates_s8(&p, in + row * p.in_c, before, in_w + g * p.in_c, recurrent_w + g * p.cells,
                         biases + g, scales, gates);
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
