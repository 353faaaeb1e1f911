/* int16 activations with int8 weights ("16x8"): sums of products, requantisation. Zero points are 0.
 *
 * Accumulators have 64 bits. Where TFLite's have 32 (layers with an int32 bias), the lower half is what
 * counts.
 */
#ifndef NN_S16_H
#define NN_S16_H

#include "nn_quant.h"

/* Wide: multiplier has 16 bits and shift is to the right; else as in nn_channel_t. */
typedef struct {
  int64_t bias;
  int32_t multiplier;
  int32_t shift;
} nn_channel_s16_t;

/* acc[0] += a.w0, acc[1] += a.w1. Runs of 256 products fit 32 bits. */
NN_KERNEL void nn_dot_1x2_s16(const int16_t *a, const int8_t *w0, const int8_t *w1, int32_t n,
                              int64_t acc[2]) {
  for (int32_t start = 0; start < n; start += 256) {
    const int32_t end = n - start < 256 ? n : start + 256;
    int32_t s0 = 0, s1 = 0;
    for (int32_t i = start; i < end; ++i) {
      s0 += a[i] * w0[i];
      s1 += a[i] * w1[i];
    }
    acc[0] += s0;
    acc[1] += s1;
  }
}

/* The low 32 bits. */
NN_KERNEL int32_t nn_low_word(int64_t x) { return (int32_t)(uint32_t)((uint64_t)x & 0xffffffffu); }

/* One accumulator (bias included) to an output: TFLite's MultiplyByQuantizedMultiplier of int64 or int32. */
NN_KERNEL int16_t nn_output_s16(int64_t acc, const nn_channel_s16_t *channel, int32_t wide, int32_t low,
                                int32_t high) {
  if (!wide) {
    const int32_t y = nn_requantize(nn_low_word(acc), channel->multiplier, channel->shift);
    return (int16_t)nn_clamp(y, low, high);
  }
  const int64_t half = (int64_t)1 << (channel->shift - 1);
  return (int16_t)nn_clamp(nn_low_word((acc * channel->multiplier + half) >> channel->shift), low, high);
}

#endif
