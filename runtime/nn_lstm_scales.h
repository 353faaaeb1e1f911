/* UNIDIRECTIONAL_SEQUENCE_LSTM of integers: the scales and biases of its gates. */
#ifndef NN_LSTM_SCALES_H
#define NN_LSTM_SCALES_H

#include "isa/api.h"

/* The scales of a gate's two products, to Q3.12. */
typedef struct {
  int32_t in_multiplier, in_shift, recurrent_multiplier, recurrent_shift;
} nn_lstm_gate_t;

/* The biases of a cell's gates, with the zero points of input and output state: of its products with the
 * input and of the recurrent ones. */
typedef struct {
  const int32_t *in, *recurrent;
} nn_lstm_biases_t;

/* Of cell c, from biases[cells][gates] of the first and [cells or 1][gates] of the second, `step` (gates or
 * 0) apart. */
NN_KERNEL nn_lstm_biases_t nn_lstm_biases(const int32_t *biases, int32_t cells, int32_t gates, int32_t step,
                                          int32_t c) {
  const nn_lstm_biases_t found = {biases + c * gates, biases + cells * gates + c * step};
  return found;
}

/* Of int8 products; rounding: NN_SHIFT_… */
NN_KERNEL int32_t nn_lstm_scaled_s8(int32_t acc, int32_t multiplier, int32_t shift, int32_t rounding) {
  return rounding == NN_SHIFT_RIGHT ? nn_requantize_right(acc, multiplier, -shift, 1)
                                    : nn_requantize(acc, multiplier, shift);
}

#endif
