/* The gates of a cell of an int8 LSTM in plain C99: what they mean (see nn_lstm_pairs_s8.h). */
#ifndef NN_ISA_LSTM_PAIRS_PORTABLE_H
#define NN_ISA_LSTM_PAIRS_PORTABLE_H

enum { NN_LSTM_BLOCK_BYTES = 0 };

NN_KERNEL void nn_lstm_sums_s8(nn_lstm_sums_t *t, int32_t acc[4]) {
  static const int32_t none[4] = {0, 0, 0, 0};
  t->weights = nn_dot_1x4_pairs_s8(t->in, t->weights, (int32_t)(t->end - t->in), none, acc);
  for (int32_t i = 0; i < 4; i += 2, t->starts += 2) {
    acc[i] += (int32_t)((uint32_t)t->starts[0] - (uint32_t)t->starts[1]) / 256;
    acc[i + 1] += t->starts[1];
  }
}

NN_KERNEL int32_t nn_lstm_scaled_pairs_s8(int32_t acc, nn_lstm_scale_t s, int32_t second) {
  const int32_t left = second ? s.shift - 1 : 7 - s.shift;
  const int32_t scaled = nn_high_mul(acc * (1 << left), s.multiplier);
  return (scaled + s.half - (s.half != 0 && acc < 0)) >> s.right;
}

NN_KERNEL void nn_lstm_gates_pairs_s8(nn_lstm_gates_t *t, int32_t gates[4]) {
  int32_t products[4];
  nn_lstm_sums_s8(&t->x, gates);
  nn_lstm_sums_s8(&t->h, products);
  for (int32_t i = 0; i < 4; ++i) {
    const int32_t x = nn_lstm_scaled_pairs_s8(gates[i], t->scales[2 * i], i & 1);
    const int32_t h = nn_lstm_scaled_pairs_s8(products[i], t->scales[2 * i + 1], i & 1);
    gates[i] = nn_clamp_s16(nn_clamp_s16(x) + h);
  }
}

#endif
