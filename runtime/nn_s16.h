/* int16 activations with int8 weights ("16x8"): sums of products, requantisation. Zero points are 0.
 *
 * Accumulators have 64 bits. Where TFLite's have 32 (layers with an int32 bias), the lower half is what
 * counts.
 */
#ifndef NN_S16_H
#define NN_S16_H

#include "isa/api.h"

/* How sums are requantised. NN_S16_TWICE: 32 bits of them, as nn_channel_t says. NN_S16_WIDE: 64 bits by a
 * multiplier of 15 bits, rounded once, shift (to the right) >= 8. NN_S16_NARROW: the same where the compiler
 * has proved that sums have 32 bits and shifts are above 16: the multiplier stands 2^16 times as high, the
 * shift counts from its product's upper word. */
enum { NN_S16_TWICE = 0, NN_S16_WIDE = 1, NN_S16_NARROW = 2 };

typedef struct {
  int64_t bias;
  int32_t multiplier;
  int32_t shift;
} nn_channel_s16_t;

/* acc[0] += a.w0, acc[1] += a.w1. Runs of 256 products fit 32 bits. */
NN_KERNEL void nn_dot_1x2_s16(const int16_t *a, const int8_t *w0, const int8_t *w1, int32_t n,
                              int64_t acc[2]) {
  for (; n > 0; n -= 256, a += 256, w0 += 256, w1 += 256) {
    int32_t sums[2] = {0, 0};
    nn_dot_1x2_s16_s8(a, w0, w1, n < 256 ? n : 256, sums);
    acc[0] += sums[0];
    acc[1] += sums[1];
  }
}

/* The low 32 bits. */
NN_KERNEL int32_t nn_low_word(int64_t x) { return (int32_t)(uint32_t)((uint64_t)x & 0xffffffffu); }

/* x within [low, high], which lies within int16: where it is all of that, some cores have an instruction. */
NN_KERNEL int16_t nn_limit_s16(int32_t x, int32_t low, int32_t high) {
  return (int16_t)(low == -32768 && high == 32767 ? nn_clamp_s16(x) : nn_clamp(x, low, high));
}

/* One accumulator (bias included) to an output: TFLite's MultiplyByQuantizedMultiplier of int64 or int32. */
NN_KERNEL int16_t nn_output_s16(int64_t acc, const nn_channel_s16_t *channel, int32_t scaling, int32_t low,
                                int32_t high) {
  if (scaling == NN_S16_NARROW) {
    const int32_t half = (int32_t)((uint32_t)1 << (channel->shift - 1));
    const int32_t y = nn_mul_high_add(nn_low_word(acc), channel->multiplier, half) >> channel->shift;
    return nn_limit_s16(y, low, high);
  }
  if (scaling == NN_S16_TWICE) {
    const int32_t y = nn_requantize(nn_low_word(acc), channel->multiplier, channel->shift);
    return nn_limit_s16(y, low, high);
  }
  const int64_t half = (int64_t)1 << (channel->shift - 1);
  return nn_limit_s16(nn_low_word((acc * channel->multiplier + half) >> channel->shift), low, high);
}

#endif
