/* UNIDIRECTIONAL_SEQUENCE_LSTM, float32 (TFLite lstm_eval EvalFloat). */
#ifndef NN_LSTM_F32_H
#define NN_LSTM_F32_H

#include <math.h>

#include "nn_float.h"

typedef struct {
  int32_t steps, batches, in_c, cells;
  int32_t gates;                     /* input, forget, cell, output; or 3 without the input gate, which is
                                        1 - forget */
  int32_t step_stride, batch_stride; /* from one step or batch to the next, in rows of the input */
  float clip;                        /* of the cell state; 0: none */
} nn_lstm_f32_t;

NN_KERNEL float nn_sigmoid_f32(float x) { return 1.0f / (1.0f + expf(-x)); }

/* bias + x.w + h.v */
NN_KERNEL float nn_lstm_gate_f32(const float *x, const float *w, int32_t n, const float *h, const float *v,
                                 int32_t m, float bias) {
  float sum = 0.0f, recurrent = 0.0f;
  for (int32_t i = 0; i < n; ++i) {
    sum += x[i] * w[i];
  }
  for (int32_t i = 0; i < m; ++i) {
    recurrent += h[i] * v[i];
  }
  return bias + sum + recurrent;
}

/* in[…][in_c], out[…][cells], hidden[batches][cells], cell[batches][cells]; in_w[cells][gates][in_c],
 * recurrent_w[cells][gates][cells], biases[cells][gates] */
NN_SHARED void nn_lstm_f32(const nn_lstm_f32_t p, const float *in, float *out, float *hidden, float *cell,
                           const float *in_w, const float *recurrent_w, const float *biases) {
  const int32_t cifg = p.gates == 3;
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const float *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      float *now = out + row * p.cells;
      for (int32_t c = 0; c < p.cells; ++c) {
        float gates[4];
        for (int32_t g = 0; g < p.gates; ++g) {
          const int32_t at = c * p.gates + g;
          gates[g] = nn_lstm_gate_f32(in + row * p.in_c, in_w + at * p.in_c, p.in_c, before,
                                      recurrent_w + at * p.cells, p.cells, biases[at]);
        }
        const float forget = nn_sigmoid_f32(gates[1 - cifg]), update = tanhf(gates[2 - cifg]);
        const float input = cifg ? 1.0f - forget : nn_sigmoid_f32(gates[0]);
        const float sum = forget * cell[c] + input * update;
        cell[c] = p.clip > 0.0f ? nn_clamp_f32(sum, -p.clip, p.clip) : sum;
        now[c] = nn_sigmoid_f32(gates[3 - cifg]) * tanhf(cell[c]);
      }
      before = now;
    }
    for (int32_t c = 0; c < p.cells; ++c) {
      hidden[c] = before[c];
    }
  }
}

#endif
