/* UNIDIRECTIONAL_SEQUENCE_LSTM of integers: the scales and biases of its gates. */
#ifndef NN_LSTM_SCALES_H
#define NN_LSTM_SCALES_H

#include "isa/api.h"

/* The scales of a gate's two products, to Q3.12. */
typedef struct {
  int32_t in_multiplier, in_shift, recurrent_multiplier, recurrent_shift;
} nn_lstm_gate_t;

/* The biases of a gate of a cell, with the zero points of input and output state. */
typedef struct {
  int32_t in, recurrent;
} nn_lstm_bias_t;

/* Of int8 products; rounding: NN_SHIFT_… */
NN_KERNEL int32_t nn_lstm_scaled_s8(int32_t acc, int32_t multiplier, int32_t shift, int32_t rounding) {
  return rounding == NN_SHIFT_RIGHT ? nn_requantize_right(acc, multiplier, -shift, 1)
                                    : nn_requantize(acc, multiplier, shift);
}

#endif
