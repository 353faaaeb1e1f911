/* UNIDIRECTIONAL_SEQUENCE_LSTM, float32 (TFLite lstm_eval EvalFloat). */
#ifndef NN_LSTM_F32_H
#define NN_LSTM_F32_H

#include "nn_lstm_float.h"

typedef nn_lstm_float_t nn_lstm_f32_t;

/* nn_lstm_fours_f32(x, w, fours, sum): sum[g] += x.w of four gates and 4 * fours inputs, w[…][4], one product
 * after the other; returns the end of w */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2) && defined(__GNUC__)
#include "isa/lstm_f32_mve.h"
#elif defined(__ARM_FP) && defined(__ARM_FEATURE_FMA) && defined(__thumb2__) && defined(__GNUC__)
#include "isa/lstm_f32_vfp.h"
#else
#include "isa/lstm_f32_portable.h"
#endif

/* gate[g] += x.w of all gates; w[n][gates] */
NN_KERNEL void nn_lstm_dot_f32(const float *x, const float *w, int32_t n, int32_t gates, float gate[4]) {
  const float *const end = x + n;
  float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
  if (gates == 4) {
    w = nn_lstm_fours_f32(x, w, n / 4, sums);
    x += n & ~3;
  }
  for (; x != end; ++x, w += gates) {
    sums[0] += *x * w[0];
    sums[1] += *x * w[1];
    sums[2] += *x * w[2];
    sums[3] += gates == 4 ? *x * w[3] : 0.0f;
  }
  gate[0] += sums[0];
  gate[1] += sums[1];
  gate[2] += sums[2];
  gate[3] += sums[3];
}

/* out[outs] = bias + weights[outs][cells] . in */
NN_SHARED void nn_lstm_project_f32(const nn_lstm_float_t *p, const float *in, const float *weights,
                                   const float *bias, float *out) {
  for (int32_t o = 0; o < p->outs; ++o) {
    float sum = 0.0f;
    for (int32_t c = 0; c < p->cells; ++c) {
      sum += in[c] * *weights++;
    }
    sum += bias[o];
    out[o] = p->projection_clip > 0.0f ? nn_clamp_f32(sum, -p->projection_clip, p->projection_clip) : sum;
  }
}

/* One step: the outputs of all cells, before a projection. `raw` is read and written where gates are
 * normalised. */
NN_KERNEL void nn_lstm_step_f32(const nn_lstm_float_t *p, const nn_lstm_extras_t *e, const float *x,
                                const float *before, float *cell, float *raw, float *now, const float *in_w,
                                const float *recurrent_w) {
  for (int32_t c = 0; c < p->cells; ++c) {
    const int32_t at = c * p->gates;
    float gates[4] = {0.0f, 0.0f, 0.0f, 0.0f};
    for (int32_t g = 0; g < p->gates && !p->norm; ++g) {
      gates[g] = e->biases[at + g];
    }
    nn_lstm_dot_f32(x, in_w + at * p->in_c, p->in_c, p->gates, gates);
    nn_lstm_dot_f32(before, recurrent_w + at * p->outs, p->outs, p->gates, gates);
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

/* in[…][in_c], out[…][outs], hidden[batches][outs], cell[batches][cells]; scratch[cells][gates] where gates
 * are normalised, then [cells] where there is a projection; in_w[cells][in_c][gates],
 * recurrent_w[cells][outs][gates], projection[outs][cells] */
NN_SHARED void nn_lstm_f32(const nn_lstm_f32_t p, const float *in, float *out, float *hidden, float *cell,
                           float *scratch, const float *in_w, const float *recurrent_w,
                           const float *projection, const float *biases, const float *extras) {
  const nn_lstm_extras_t e = nn_lstm_extras(&p, biases, extras);
  float *const wide = scratch + (p.norm ? p.gates * p.cells : 0);
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.outs, cell += p.cells) {
    const float *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      float *now = out + row * p.outs;
      nn_lstm_step_f32(&p, &e, in + row * p.in_c, before, cell, scratch, p.projection ? wide : now, in_w,
                       recurrent_w);
      if (p.projection) {
        nn_lstm_project_f32(&p, wide, projection, e.projection_bias, now);
      }
      before = now;
    }
    for (int32_t i = 0; i < p.outs; ++i) {
      hidden[i] = before[i];
    }
  }
}

#endif
