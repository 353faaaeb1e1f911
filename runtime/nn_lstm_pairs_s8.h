/* UNIDIRECTIONAL_SEQUENCE_LSTM, int8, with all four gates of a cell in one pass over packed weights. */
#ifndef NN_LSTM_PAIRS_S8_H
#define NN_LSTM_PAIRS_S8_H

#include "nn_lstm_s8.h"

typedef nn_lstm_s8_t nn_lstm_pairs_s8_t;

/* A sum acc of one product of a gate becomes Q3.12: acc * 2^left * multiplier / 2^31, then / 2^right. */
typedef struct {
  int32_t shift; /* input and cell gate: 7 - left; forget and output gate: 1 + left */
  int32_t multiplier;
  int32_t half; /* 2^(right - 1), or 0 where right is 0 */
  int32_t right;
} nn_lstm_scale_t;

/* The sums of the four gates of a cell over inputs or over the step before; what a cell has moves on. */
typedef struct {
  const int8_t *in;
  const int16_t *weights;
  const int8_t *fours; /* where the last four inputs end; beyond stand up to three */
  const int32_t *starts;
  int32_t skip; /* blocks of four that sixteens have and `in` lacks, times NN_LSTM_BLOCK_BYTES */
  const int8_t *end;
  int32_t more; /* another one of these follows */
} nn_lstm_sums_t;

typedef struct {
  nn_lstm_sums_t x, h;
  const nn_lstm_scale_t *scales;
} nn_lstm_gates_t; /* isa/lstm_pairs_armv7em.h knows the offsets */

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/lstm_pairs_armv7em.h"
#else
#include "isa/lstm_pairs_portable.h"
#endif

NN_KERNEL nn_lstm_sums_t nn_lstm_sums(const int8_t *in, int32_t n, const int16_t *weights,
                                      const int32_t *starts, int32_t more) {
  const int32_t skip = (4 - n / 4 % 4) % 4 * NN_LSTM_BLOCK_BYTES;
  const nn_lstm_sums_t sums = {in, weights, in + n / 4 * 4, starts, skip, in + n, more};
  return sums;
}

/* As nn_lstm_s8; weights packed by compiler/ops/dense.py: pack_pairs, the gates of a cell together;
 * starts of inputs and of recurrent products [cells][4]: 256 * b + c, c of the biases b and c of two gates;
 * with one_start those of recurrent products are [4], for all cells; scales[4][2]: of a gate's inputs and
 * recurrent products */
NN_SHARED void nn_lstm_pairs_s8(const nn_lstm_pairs_s8_t p, const int8_t *in, int8_t *out, int8_t *hidden,
                                int16_t *cell, const int16_t *in_w, const int16_t *recurrent_w,
                                const int32_t *in_starts, const int32_t *recurrent_starts,
                                const nn_lstm_scale_t *scales) {
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const int8_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      nn_lstm_gates_t g = {nn_lstm_sums(in + row * p.in_c, p.in_c, in_w, in_starts, 1),
                           nn_lstm_sums(before, p.cells, recurrent_w, recurrent_starts, 0), scales};
      int8_t *now = out + row * p.cells;
      for (int32_t c = 0; c < p.cells; ++c) {
        int32_t gates[4];
        nn_lstm_gates_pairs_s8(&g, gates);
        if (p.one_start) {
          g.h.starts = recurrent_starts;
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
