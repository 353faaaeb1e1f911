/* Interleaved columns in plain C99: what they mean (see nn_columns_s8.h). */
#ifndef NN_ISA_COLUMNS_PORTABLE_H
#define NN_ISA_COLUMNS_PORTABLE_H

/* Interleaves n columns of `channels` (1 to 16) channels of three rows whose pixels are step[i] apart;
 * returns where they end. */
NN_KERNEL int8_t *nn_interleave_s8(const int8_t *const rows[3], const int32_t step[3], int32_t channels,
                                   int32_t n, int8_t *to) {
  for (int32_t x = 0; x < n; ++x, to += NN_COLUMNS_BYTES) {
    for (int32_t i = 0; i < NN_COLUMNS_BYTES; ++i) {
      const int32_t channel = i / 4, row = i % 4;
      to[i] = row < 3 && channel < channels ? rows[row][x * step[row] + channel] : 0;
    }
  }
  return to;
}

/* The outputs of t from interleaved columns, saturated. */
NN_KERNEL void nn_columns_s8(const nn_columns_t *t, const int8_t *columns, int32_t rounding) {
  for (int32_t i = 0; i < t->pixels * t->groups * 4; ++i) {
    const int32_t pixel = i / (4 * t->groups), channel = i % (4 * t->groups);
    const int8_t *a = columns + pixel * t->step + 4 * channel, *w = t->weights + t->size * channel;
    const int32_t *four = t->channels + channel / 4 * 8 + channel % 4;
    int32_t acc = four[0] >> 8;
    for (int32_t k = 0; k < t->size; ++k) {
      acc += w[k] == 0 ? 0 : a[k / 4 * NN_COLUMNS_BYTES + k % 4] * w[k];
    }
    const int32_t y = nn_requantize_right(acc, four[4], 256 - (four[0] & 255), rounding == NN_ROUND_AWAY);
    t->out[pixel * t->c + channel] = nn_clamp_s8(y + t->zero, -128, 127);
  }
}

#endif
