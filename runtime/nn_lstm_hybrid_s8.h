/* UNIDIRECTIONAL_SEQUENCE_LSTM, float32 with int8 weights (TFLite lstm_eval EvalHybrid): inputs, states and
 * what is projected are quantised as they come. */
#ifndef NN_LSTM_HYBRID_S8_H
#define NN_LSTM_HYBRID_S8_H

#include "isa/api.h"
#include "nn_dynamic_range.h"
#include "nn_lstm_float.h"

typedef nn_lstm_float_t nn_lstm_hybrid_s8_t;

/* Weights [rows][n] with the sums of their rows, and a scale for each `gates` rows in turn. */
typedef struct {
  const int8_t *weights;
  const int32_t *row_sums;
  const float *scales;
} nn_lstm_weights_t;

NN_KERNEL nn_dynamic_range_t nn_lstm_quantize(const nn_lstm_float_t *p, const float *x, int32_t n,
                                              int8_t *out) {
  return p->asymmetric ? nn_quantize_asymmetric(x, n, out) : nn_quantize_symmetric(x, n, out);
}

/* sums[g] += the product of x, quantised with q, and row + g of the weights. */
NN_KERNEL void nn_lstm_dot_hybrid_s8(const nn_lstm_float_t *p, nn_dynamic_range_t q, const int8_t *x,
                                     int32_t n, const nn_lstm_weights_t *w, int32_t row, int32_t rows,
                                     float *sums) {
  for (int32_t g = 0; g < rows; g += 2) {
    const int32_t both = g + 1 < rows;
    const int8_t *w0 = w->weights + (row + g) * n;
    int32_t acc[2] = {0, 0};
    if (p->asymmetric) {
      acc[0] = -q.zero * w->row_sums[row + g];
      acc[1] = -q.zero * w->row_sums[row + g + both];
    }
    nn_dot_1x2_s8(x, w0, w0 + both * n, n, acc);
    for (int32_t i = 0; i <= both; ++i) {
      sums[g + i] += (float)acc[i] * (w->scales[g + i] * q.scale);
    }
  }
}

/* As nn_lstm_project_f32; quantized[cells] */
NN_SHARED void nn_lstm_project_hybrid_s8(const nn_lstm_float_t *p, const float *in, int8_t *quantized,
                                         const nn_lstm_weights_t *w, const float *bias, float *out) {
  const nn_dynamic_range_t q = nn_lstm_quantize(p, in, p->cells, quantized);
  for (int32_t o = 0; o < p->outs; ++o) {
    float sum = bias[o];
    nn_lstm_dot_hybrid_s8(p, q, quantized, p->cells, w, o, 1, &sum);
    out[o] = p->projection_clip > 0.0f ? nn_clamp_f32(sum, -p->projection_clip, p->projection_clip) : sum;
  }
}

/* One step: the outputs of all cells, before a projection; quantized[longest + outs]. */
NN_KERNEL void nn_lstm_step_hybrid_s8(const nn_lstm_float_t *p, const nn_lstm_extras_t *e, const float *x,
                                      const float *before, float *cell, float *raw, float *now,
                                      int8_t *quantized, const nn_lstm_weights_t w[2]) {
  int8_t *const state = quantized + p->longest;
  const nn_dynamic_range_t qx = nn_lstm_quantize(p, x, p->in_c, quantized);
  const nn_dynamic_range_t qh = nn_lstm_quantize(p, before, p->outs, state);
  for (int32_t c = 0; c < p->cells; ++c) {
    const int32_t at = c * p->gates;
    float gates[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int32_t g = 0; g < p->gates && !p->norm; ++g) {
      gates[g] = e->biases[at + g];
    }
    nn_lstm_dot_hybrid_s8(p, qx, quantized, p->in_c, &w[0], at, p->gates, gates);
    nn_lstm_dot_hybrid_s8(p, qh, state, p->outs, &w[1], at, p->gates, gates);
    nn_lstm_peep_f32(p, e, c, cell[c], gates);
    if (!p->norm) {
      now[c] = nn_lstm_cell_f32(p, e, c, gates, cell);
      continue;
    }
    for (int32_t g = 0; g < p->gates; ++g) {
      raw[at + g] = gates[g];
    }
  }
  if (p->norm) {
    nn_lstm_finish_f32(p, e, raw, cell, now);
  }
}

/* Where the three groups of weights begin: in_w[cells][gates][in_c], recurrent_w[cells][gates][outs],
 * projection[outs][cells]. */
NN_KERNEL void nn_lstm_groups(const nn_lstm_float_t *p, const int8_t *weights, const int32_t *row_sums,
                              const float *scales, nn_lstm_weights_t groups[3]) {
  const int32_t rows = p->cells * p->gates;
  for (int32_t i = 0; i < 3; ++i) {
    groups[i].weights = weights + (i > 0 ? rows * p->in_c : 0) + (i > 1 ? rows * p->outs : 0);
    groups[i].row_sums = p->asymmetric ? row_sums + i * rows : row_sums;
    groups[i].scales = scales + i * p->gates;
  }
}

/* As nn_lstm_f32, with the weights of all groups one after the other. */
NN_SHARED void nn_lstm_hybrid_s8(const nn_lstm_hybrid_s8_t p, const float *in, float *out, float *hidden,
                                 float *cell, float *scratch, int8_t *quantized, const int8_t *weights,
                                 const int32_t *row_sums, const float *scales, const float *biases,
                                 const float *extras) {
  const nn_lstm_extras_t e = nn_lstm_extras(&p, biases, extras);
  float *const wide = scratch + (p.norm ? p.gates * p.cells : 0);
  nn_lstm_weights_t groups[3];
  nn_lstm_groups(&p, weights, row_sums, scales, groups);
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.outs, cell += p.cells) {
    const float *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      float *now = out + row * p.outs;
      nn_lstm_step_hybrid_s8(&p, &e, in + row * p.in_c, before, cell, scratch, p.projection ? wide : now,
                             quantized, groups);
      if (p.projection) {
        nn_lstm_project_hybrid_s8(&p, wide, quantized, &groups[2], e.projection_bias, now);
      }
      before = now;
    }
    for (int32_t i = 0; i < p.outs; ++i) {
      hidden[i] = before[i];
    }
  }
}

#endif
