/* Steps of int8 LSTMs, portable. */
#ifndef NN_ISA_LSTM_PORTABLE_H
#define NN_ISA_LSTM_PORTABLE_H

NN_KERNEL void nn_lstm_next_s8(const nn_lstm_s8_t *p, const nn_lstm_run_t *s) { nn_lstm_cells_s8(p, s); }

#endif
