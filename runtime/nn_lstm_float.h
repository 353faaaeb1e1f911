/* What float LSTMs share: everything behind the gates' sums of products (TFLite lstm_eval.cc). */
#ifndef NN_LSTM_FLOAT_H
#define NN_LSTM_FLOAT_H

#include <math.h>

#include "nn_float.h"

typedef struct {
  int32_t steps, batches, in_c, cells;
  int32_t gates;                      /* input, forget, cell, output; or 3 without the input gate, which is
                                         1 - forget */
  int32_t step_stride, batch_stride;  /* from one step or batch to the next, in rows of the input */
  int32_t outs;                       /* outputs: the cells, or what a projection makes of them */
  int32_t peephole, norm, projection; /* whether there is such a thing */
  int32_t asymmetric;                 /* int8 weights: quantise with a zero point */
  float clip, projection_clip;        /* of the cell state and the projection; 0: none */
  int32_t longest;                    /* int8 weights: most products in a sum */
} nn_lstm_float_t;

/* Where the constants of `extras` begin: peephole[3][cells], norm[cells][gates], projection_bias[outs]. */
typedef struct {
  const float *biases; /* [cells][gates] */
  const float *peephole, *norm, *projection_bias;
} nn_lstm_extras_t;

NN_KERNEL nn_lstm_extras_t nn_lstm_extras(const nn_lstm_float_t *p, const float *biases,
                                          const float *extras) {
  nn_lstm_extras_t e = {biases, extras, 0, 0};
  e.norm = e.peephole + (p->peephole ? 3 * p->cells : 0);
  e.projection_bias = e.norm + (p->norm ? p->gates * p->cells : 0);
  return e;
}

NN_KERNEL float nn_sigmoid_f32(float x) { return 1.0f / (1.0f + expf(-x)); }

/* Adds what the input and forget gates see of the cell state. */
NN_KERNEL void nn_lstm_peep_f32(const nn_lstm_float_t *p, const nn_lstm_extras_t *e, int32_t c, float state,
                                float *gates) {
  if (p->peephole) {
    if (p->gates == 4) {
      gates[0] += e->peephole[c] * state;
    }
    gates[p->gates - 3] += e->peephole[p->cells + c] * state;
  }
}

/* Gates to the new cell state; the output gate comes later. */
NN_KERNEL float nn_lstm_update_f32(const nn_lstm_float_t *p, const float *gates, float state) {
  const int32_t cifg = p->gates == 3;
  const float forget = nn_sigmoid_f32(gates[1 - cifg]), update = tanhf(gates[2 - cifg]);
  const float input = cifg ? 1.0f - forget : nn_sigmoid_f32(gates[0]);
  const float sum = forget * state + input * update;
  return p->clip > 0.0f ? nn_clamp_f32(sum, -p->clip, p->clip) : sum;
}

/* Gate g of all cells: mean 0 and deviation 1, times the coefficients, plus the biases. */
NN_SHARED void nn_lstm_normalize_f32(const nn_lstm_float_t *p, const nn_lstm_extras_t *e, int32_t g,
                                     float *gates) {
  const float n = (float)p->cells;
  float sum = 0.0f, squares = 0.0f;
  for (int32_t c = 0; c < p->cells; ++c) {
    sum += gates[c * p->gates + g];
  }
  const float mean = sum / n;
  for (int32_t c = 0; c < p->cells; ++c) {
    const float difference = gates[c * p->gates + g] - mean;
    squares += difference * difference;
  }
  const float factor = 1.0f / sqrtf(squares / n + 1e-8f);
  for (int32_t c = 0; c < p->cells; ++c) {
    const int32_t i = c * p->gates + g;
    gates[i] = (gates[i] - mean) * factor * e->norm[i] + e->biases[i];
  }
}

/* The new states of the cells, and the outputs before a projection, from normalised gates. */
NN_SHARED void nn_lstm_finish_f32(const nn_lstm_float_t *p, const nn_lstm_extras_t *e, float *gates,
                                  float *cell, float *out) {
  const int32_t last = p->gates - 1;
  for (int32_t g = 0; g < last; ++g) {
    nn_lstm_normalize_f32(p, e, g, gates);
  }
  for (int32_t c = 0; c < p->cells; ++c) {
    cell[c] = nn_lstm_update_f32(p, gates + c * p->gates, cell[c]);
    if (p->peephole) {
      gates[c * p->gates + last] += e->peephole[2 * p->cells + c] * cell[c];
    }
  }
  nn_lstm_normalize_f32(p, e, last, gates);
  for (int32_t c = 0; c < p->cells; ++c) {
    out[c] = nn_sigmoid_f32(gates[c * p->gates + last]) * tanhf(cell[c]);
  }
}

/* The same of one cell without normalisation; its sums have their biases. */
NN_KERNEL float nn_lstm_cell_f32(const nn_lstm_float_t *p, const nn_lstm_extras_t *e, int32_t c,
                                 const float *gates, float *cell) {
  const float state = nn_lstm_update_f32(p, gates, cell[c]);
  const float peep = p->peephole ? e->peephole[2 * p->cells + c] * state : 0.0f;
  cell[c] = state;
  return nn_sigmoid_f32(gates[p->gates - 1] + peep) * tanhf(state);
}

#endif
