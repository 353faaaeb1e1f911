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
  int32_t rounding;       /* NN_SHIFT_…, of the gates' products */
  int32_t recurrent_step; /* from a cell's biases of recurrent products to the next one's: gates, or 0 */
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
                                const int8_t *in_w, const int8_t *recurrent_w, nn_lstm_biases_t bias,
                                const nn_lstm_gate_t *scales, int32_t gates[4]) {
  if (p->gates == 4) {
    int32_t x[4], h[4];
    for (int32_t i = 0; i < 4; ++i) {
      x[i] = bias.in[i];
      h[i] = bias.recurrent[i];
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
    int32_t x[2] = {bias.in[g], bias.in[g + both]};
    int32_t h[2] = {bias.recurrent[g], bias.recurrent[g + both]};
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

/* What a step of a batch reads and writes. */
typedef struct {
  const int8_t *in, *hidden; /* of the step; the outputs of the one before */
  int16_t *cell;
  int8_t *out;
  const int8_t *in_w, *recurrent_w;
  const int32_t *biases;
  const nn_lstm_gate_t *scales;
} nn_lstm_run_t;

/* A step, cell by cell. */
NN_KERNEL void nn_lstm_cells_s8(const nn_lstm_s8_t *p, const nn_lstm_run_t *s) {
  for (int32_t c = 0; c < p->cells; ++c) {
    int32_t gates[4];
    const int32_t g = c * p->gates;
    nn_lstm_gates_s8(p, s->in, s->hidden, s->in_w + g * p->in_c, s->recurrent_w + g * p->cells,
                     nn_lstm_biases(s->biases, p->cells, p->gates, p->recurrent_step, c), s->scales, gates);
    s->out[c] = nn_lstm_cell_s8(p, gates, s->cell + c);
  }
}

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/lstm_mve.h"
#else
#include "isa/lstm_portable.h"
#endif

/* in[…][in_c], out[…][cells], hidden[batches][cells], cell[batches][cells]; in_w[cells][gates][in_c],
 * recurrent_w[cells][gates][cells], biases as nn_lstm_biases has them, scales[gates] */
NN_SHARED void nn_lstm_s8(const nn_lstm_s8_t p, const int8_t *in, int8_t *out, int8_t *hidden, int16_t *cell,
                          const int8_t *in_w, const int8_t *recurrent_w, const int32_t *biases,
                          const nn_lstm_gate_t *scales) {
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const int8_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      int8_t *now = out + row * p.cells;
      const nn_lstm_run_t step = {in + row * p.in_c, before, cell, now, in_w, recurrent_w, biases, scales};
      nn_lstm_next_s8(&p, &step);
      before = now;
    }
    for (int32_t c = 0; c < p.cells; ++c) {
      hidden[c] = before[c];
    }
  }
}

#endif
