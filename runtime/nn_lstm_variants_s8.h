/* UNIDIRECTIONAL_SEQUENCE_LSTM, int8 with peephole weights, normalised gates, a projection (TFLite lstm_eval
 * EvalInteger8x8_16). compiler/ops/lstm_variants.py is the Python twin. */
#ifndef NN_LSTM_VARIANTS_S8_H
#define NN_LSTM_VARIANTS_S8_H

#include "nn_inverse_root.h"
#include "nn_lstm_s8.h"

typedef nn_lstm_s8_t nn_lstm_variants_s8_t;

/* Of a gate; guard stands for a variance below 1. */
typedef struct {
  int32_t peephole_multiplier, peephole_shift, norm_multiplier, norm_shift, guard;
} nn_lstm_variant_t;

/* A gate that sees the cell. */
NN_KERNEL int16_t nn_lstm_peeped_s8(int32_t gate, int32_t weight, int32_t cell, const nn_lstm_variant_t *v) {
  return (int16_t)nn_clamp_s16(gate +
                               nn_requantize(weight * cell, v->peephole_multiplier, v->peephole_shift));
}

/* A gate of n cells to Q3.12: (gate - mean) / deviation * w + bias. */
NN_SHARED void nn_lstm_normalise_s8(int16_t *gate, int32_t n, const int16_t *w, const int32_t *bias,
                                    const nn_lstm_variant_t *v) {
  int64_t sum = 0, squares = 0;
  for (int32_t i = 0; i < n; ++i) {
    sum += gate[i];
    squares += gate[i] * gate[i];
  }
  const int32_t mean = (int32_t)(sum * 1024 / n);
  const int64_t variance = squares * ((1 << 20) / n) - (int64_t)mean * mean;
  const int32_t cut = (int32_t)(variance / (1 << 20));
  int32_t multiplier;
  const int32_t shift = nn_inverse_root(cut < 1 ? v->guard : cut, &multiplier);
  for (int32_t i = 0; i < n; ++i) {
    const int32_t x = nn_requantize(1024 * gate[i] - mean, multiplier, shift);
    const int64_t y = (int32_t)((uint32_t)x * (uint32_t)w[i] + (uint32_t)bias[i]); /* wraps */
    const int32_t steps = (int32_t)((y > 0 ? y + 512 : y - 512) / 1024);
    gate[i] = (int16_t)nn_clamp_s16(nn_requantize(steps, v->norm_multiplier, v->norm_shift));
  }
}

/* The outputs of what the cells made. */
NN_KERNEL void nn_lstm_project_s8(const nn_lstm_s8_t *p, const int8_t *made, const int8_t *w,
                                  const int32_t *bias, int8_t *out) {
  for (int32_t o = 0; o < p->outs; o += 2) {
    const int32_t both = o + 1 < p->outs;
    int32_t sums[2] = {bias[o], bias[o + both]};
    nn_dot_1x2_s8(made, w + o * p->cells, w + (o + both) * p->cells, p->cells, sums);
    for (int32_t i = 0; i <= both; ++i) {
      const int32_t y = nn_requantize(sums[i], p->projection_multiplier, p->projection_shift);
      const int32_t limited = nn_clamp(y + p->state_zero, -128, 127);
      const int32_t clip = p->projection_clip > 0 ? p->projection_clip : 128;
      out[o + i] = (int8_t)nn_clamp(limited, -clip, clip);
    }
  }
}

/* As nn_lstm_s8 with out[…][outs], hidden[batches][outs]; raw[gates][cells], made[cells] are scratch.
 * variants[gates]; vectors: peephole weights [batches or 1][input, forget, output][cells] and coefficients
 * [gates][cells], those that are there; sums: biases of normalised gates [gates][cells] and of the projection
 * [outs]; projection[outs][cells] */
NN_SHARED void nn_lstm_variants_s8(const nn_lstm_variants_s8_t p, const int8_t *in, int8_t *out,
                                   int8_t *hidden, int16_t *cell, int16_t *raw, int8_t *made,
                                   const int8_t *in_w, const int8_t *recurrent_w, const int32_t *biases,
                                   const nn_lstm_gate_t *scales, const nn_lstm_variant_t *variants,
                                   const int16_t *vectors, const int32_t *sums, const int8_t *projection) {
  const int32_t last = p.gates - 1, cifg = p.gates == 3, n = p.cells;
  const int32_t sets = p.peephole == 0 ? 0 : (p.peephole_stride > 0 ? p.batches : 1);
  const int16_t *coefficients = vectors + sets * 3 * n;
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.outs, cell += n) {
    const int16_t *seen = vectors + b * p.peephole_stride;
    const int8_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      int8_t *now = out + row * p.outs, *to = p.projection ? made : now;
      int32_t gates[4] = {0, 0, 0, 0};
      for (int32_t c = 0; c < n; ++c) {
        const int32_t at = c * p.gates;
        nn_lstm_gates_s8(&p, in + row * p.in_c, before, in_w + at * p.in_c, recurrent_w + at * p.outs,
                         nn_lstm_biases(biases, n, p.gates, p.recurrent_step, c), scales, gates);
        for (int32_t g = 0; g <= last; ++g) {
          /* The update does not see the cell; the output gate sees the new one. */
          const int32_t peeps = p.peephole && g < last - 1;
          raw[g * n + c] = peeps
                               ? nn_lstm_peeped_s8(gates[g], seen[(g + cifg) * n + c], cell[c], variants + g)
                               : (int16_t)gates[g];
        }
      }
      for (int32_t g = 0; p.norm && g < last; ++g) {
        nn_lstm_normalise_s8(raw + g * n, n, coefficients + g * n, sums + g * n, variants + g);
      }
      int16_t *opening = raw + last * n;
      for (int32_t c = 0; c < n; ++c) {
        for (int32_t g = 0; g < last; ++g) {
          gates[g] = raw[g * n + c];
        }
        const int32_t now_there = nn_lstm_update_s8(&p, gates, cell + c);
        if (p.peephole) {
          opening[c] = nn_lstm_peeped_s8(opening[c], seen[2 * n + c], now_there, variants + last);
        }
      }
      if (p.norm) {
        nn_lstm_normalise_s8(opening, n, coefficients + last * n, sums + last * n, variants + last);
      }
      for (int32_t c = 0; c < n; ++c) {
        to[c] = nn_lstm_output_s8(&p, opening[c], cell[c]);
      }
      if (p.projection) {
        nn_lstm_project_s8(&p, made, projection, sums + (p.norm ? p.gates * n : 0), now);
      }
      before = now;
    }
    for (int32_t o = 0; o < p.outs; ++o) {
      hidden[o] = before[o];
    }
  }
}

#endif
