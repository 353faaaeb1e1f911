/* SOFTMAX, int16 (TFLite reference_ops::SoftmaxInt16): tables with straight lines between their values. */
#ifndef NN_SOFTMAX_S16_H
#define NN_SOFTMAX_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t depth;             /* elements of a row */
  int32_t multiplier, shift; /* of differences, such that 65535 stands for 10 */
} nn_softmax_s16_t;

/* table[513] at x, which is clamped to int16; its first value stands for -32768. */
NN_SHARED int32_t nn_look_up_s16(int32_t x, const int16_t *table) {
  const int32_t clamped = nn_clamp(x, -32768, 32767);
  const int32_t index = 256 + (clamped >> 7);
  return table[index] + (((table[index + 1] - table[index]) * (clamped & 0x7f) + 64) >> 7);
}

/* n rows one after the other; out may be in. exponentials[513], reciprocals[513]. */
NN_SHARED void nn_softmax_s16(const nn_softmax_s16_t p, const int16_t *in, int16_t *out,
                              const int16_t *exponentials, const int16_t *reciprocals, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.depth, out += p.depth) {
    int32_t max = in[0];
    for (int32_t i = 1; i < p.depth; ++i) {
      max = in[i] > max ? in[i] : max;
    }
    int32_t sum = 0; /* Q16.15, at least 1 */
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t scaled = nn_requantize(in[i] - max, p.multiplier, p.shift);
      const int32_t e = nn_look_up_s16(scaled + 32767, exponentials);
      out[i] = (int16_t)e;
      sum += e;
    }
    int32_t bits = 0; /* sum < 2^bits */
    while (bits < 31 && sum >> bits != 0) {
      ++bits;
    }
    const int64_t shifted = (((int64_t)sum << (31 - bits)) + (1 << 13)) >> 14;
    const int32_t inverse = nn_look_up_s16((int32_t)shifted - (1 << 15) - (1 << 16), reciprocals);
    const int64_t half = (int64_t)1 << (bits - 2);
    for (int32_t i = 0; i < p.depth; ++i) {
      out[i] = (int16_t)nn_clamp((int32_t)((out[i] * (int64_t)inverse + half) >> (bits - 1)), 0, 32767);
    }
  }
}

#endif
