/* UNIDIRECTIONAL_SEQUENCE_LSTM as TensorFlow Lite Micro rounds it (lstm_eval.h): what int8 and int16 share.
 * compiler/ops/lstm_micro.py is the Python twin. */
#ifndef NN_LSTM_MICRO_H
#define NN_LSTM_MICRO_H

#include "isa/api.h"
#include "nn_interpolate_s16.h"

typedef struct {
  int32_t steps, batches, in_c, cells;
  int32_t gates;                       /* 4: input, forget, cell, output */
  int32_t step_stride, batch_stride;   /* from one step or batch to the next, in rows of the input */
  int32_t clip;                        /* of the cell state; 32768: none */
  int32_t tanh_multiplier, tanh_right; /* of the cell state: in 48ths * 2^-8 */
  int32_t added_multiplier, added_right;
  int32_t hidden_multiplier, hidden_shift, out_zero;
  int32_t rounding;       /* int8: NN_SHIFT_…, of the gates' products */
  int32_t recurrent_step; /* int8: from a cell's biases of recurrent products to the next one's: 4, or 0 */
  int32_t scaling;        /* int16: NN_S16_…, of the same */
} nn_lstm_micro_t;

/* The new cell state, and the output of a cell before its zero point; gates in Q3.12. Products of two gates
 * are below 2^30. */
NN_KERNEL int32_t nn_lstm_micro_cell(const nn_lstm_micro_t *p, const int32_t gates[4], int16_t *cell,
                                     const uint16_t *sigmoid) {
  const int32_t input = nn_logistic_steps_s16(3 * gates[0], sigmoid);
  const int32_t forget = nn_logistic_steps_s16(3 * gates[1], sigmoid);
  const int32_t update = nn_tanh_steps_s16(3 * gates[2], sigmoid);
  const int32_t output = nn_logistic_steps_s16(3 * gates[3], sigmoid);
  const int32_t kept = nn_requantize_right(forget * *cell, 1 << 30, 14, 1);
  const int32_t added = nn_requantize_right(input * update, p->added_multiplier, p->added_right, 1);
  const int16_t sum = (int16_t)nn_clamp(nn_clamp_s16(kept + added), -p->clip, p->clip);
  *cell = sum;
  const int32_t steps = nn_scaled_s16(sum, p->tanh_multiplier, p->tanh_right);
  const int32_t y = output * nn_tanh_steps_s16(steps, sigmoid);
  return p->hidden_shift < 0 ? nn_requantize_right(y, p->hidden_multiplier, -p->hidden_shift, 1)
                             : nn_requantize(y, p->hidden_multiplier, p->hidden_shift);
}

#endif
