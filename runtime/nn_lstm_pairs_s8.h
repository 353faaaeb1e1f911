/* UNIDIRECTIONAL_SEQUENCE_LSTM, int8, with the gates of two cells in one pass over packed weights. */
#ifndef NN_LSTM_PAIRS_S8_H
#define NN_LSTM_PAIRS_S8_H

#include "isa/api.h"
#include "nn_fixed_s16.h"

typedef struct {
  int32_t steps, batches, in_c, cells;
  int32_t step_stride, batch_stride; /* from one step or batch to the next, in rows of the input */
  int32_t low, high;                 /* clamp of the cell state */
  int32_t cell_bits;                 /* integer bits of the cell state, at least 2 */
  int32_t hidden_multiplier, hidden_shift, out_zero; /* the shift is to the right */
  int32_t one_start;                                 /* all cells share the starts of recurrent products */
} nn_lstm_pairs_s8_t;

/* A sum acc of one product of a gate becomes Q3.12: acc * 2^left * multiplier / 2^31, then / 2^right. */
typedef struct {
  int32_t shift; /* input and cell gate: 7 - left; forget and output gate: 1 + left */
  int32_t multiplier;
  int32_t half; /* 2^(right - 1), or 0 where right is 0 */
  int32_t right;
} nn_lstm_scale_t;

/* The sums of the gates of two cells over inputs or over the step before; weights and starts move on. */
typedef struct {
  const int8_t *in;
  const int16_t *weights;
  const int8_t *fours; /* where the last four inputs end; beyond stand up to three */
  const int32_t *starts;
  int32_t skip; /* blocks of four that sixteens have and `in` lacks, times NN_LSTM_BLOCK_BYTES */
  const int8_t *end;
  int32_t more; /* another one of these follows */
  int32_t step; /* bytes from the starts of two cells to those of the next */
} nn_lstm_sums_t;

/* Outputs of a step, from the cells' states on. */
typedef struct {
  int32_t multiplier, half, right, zero;
} nn_lstm_hidden_t;

typedef struct {
  nn_lstm_sums_t x, h;
  const nn_lstm_scale_t *scales;
  int16_t *cell;
  int8_t *out, *end;
  int32_t left;        /* integer bits of the cell state, less 2 */
  int32_t half, right; /* input gate times update, to the cell state */
  int32_t low, high;
  nn_lstm_hidden_t hidden;
} nn_lstm_step_t; /* isa/lstm_pairs_armv7em.h knows the offsets */

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/lstm_pairs_armv7em.h"
#else
#include "isa/lstm_pairs_portable.h"
#endif

NN_KERNEL nn_lstm_sums_t nn_lstm_sums(const int8_t *in, int32_t n, const int16_t *weights,
                                      const int32_t *starts, int32_t more, int32_t one_start) {
  const int32_t skip = (4 - n / 4 % 4) % 4 * NN_LSTM_BLOCK_BYTES;
  const int32_t step = one_start ? 0 : 8 * (int32_t)sizeof(int32_t);
  const nn_lstm_sums_t sums = {in, weights, in + n / 4 * 4, starts, skip, in + n, more, step};
  return sums;
}

/* in[…][in_c], out[…][cells], hidden[batches][cells], cell[batches][cells]; weights packed by
 * compiler/ops/dense.py: pack_pairs, the gates of two cells together; starts of inputs and of recurrent
 * products [cells, even][4], or with one_start [2][4] of recurrent ones: 256 * b + c, c of the biases b and c
 * of two gates; scales[4][2]: of a gate's inputs and recurrent products */
NN_SHARED void nn_lstm_pairs_s8(const nn_lstm_pairs_s8_t p, const int8_t *in, int8_t *out, int8_t *hidden,
                                int16_t *cell, const int16_t *in_w, const int16_t *recurrent_w,
                                const int32_t *in_starts, const int32_t *recurrent_starts,
                                const nn_lstm_scale_t *scales) {
  const nn_lstm_hidden_t out_scale = {p.hidden_multiplier, 1 << (-p.hidden_shift - 1), -p.hidden_shift,
                                      p.out_zero};
  for (int32_t b = 0; b < p.batches; ++b, hidden += p.cells, cell += p.cells) {
    const int8_t *before = hidden; /* the outputs of the step before */
    for (int32_t t = 0; t < p.steps; ++t) {
      const int32_t row = b * p.batch_stride + t * p.step_stride;
      int8_t *now = out + row * p.cells;
      nn_lstm_step_t step = {nn_lstm_sums(in + row * p.in_c, p.in_c, in_w, in_starts, 1, 0),
                             nn_lstm_sums(before, p.cells, recurrent_w, recurrent_starts, 0, p.one_start),
                             scales,
                             cell,
                             now,
                             now + p.cells,
                             p.cell_bits - 2,
                             1 << (14 + p.cell_bits),
                             15 + p.cell_bits,
                             p.low,
                             p.high,
                             out_scale};
      nn_lstm_step_pairs_s8(&step);
      before = now;
    }
    for (int32_t c = 0; c < p.cells; ++c) {
      hidden[c] = before[c];
    }
  }
}

#endif
