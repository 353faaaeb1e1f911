/* Inner-loop primitives: their contracts. One of the headers below defines them for the core that is compiled
 * for.
 *
 * All pointers are unaligned unless stated; n may be any number >= 0. Each primitive means what its body in
 * portable.h computes.
 *
 *   nn_dot_2x2_s8(a0, a1, w0, w1, n, acc)  acc[0] += a0.w0, acc[1] += a0.w1, acc[2] += a1.w0, acc[3] += a1.w1
 *   nn_dot_1x2_s8(a, w0, w1, n, acc)       acc[0] += a.w0, acc[1] += a.w1
 *   nn_sum_x2_s8(w0, w1, n, acc)           acc[0] += sum(w0), acc[1] += sum(w1)
 *   nn_high_mul_small(a, b)                (2ab + 2^31) >> 32 for |a| < 2^30
 */
#ifndef NN_ISA_API_H
#define NN_ISA_API_H

#include "nn_quant.h"

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/armv7em.h"
#else
#include "isa/portable.h"
#endif

/* Requantisation when every channel shifts right by at least one and |acc| < 2^30: the compiler has proved
 * both. */
NN_KERNEL int32_t nn_requantize_right(int32_t acc, int32_t multiplier, int32_t right) {
  const int32_t high = nn_high_mul_small(acc, multiplier);
  return (high + (high >> 31) + (int32_t)((uint32_t)1 << (right - 1))) >> right;
}

/* How a layer's accumulators are requantised: NN_SHIFT_RIGHT where the bounds above are proved. */
enum { NN_SHIFT_ANY = 0, NN_SHIFT_RIGHT = 1 };

/* One accumulator (bias included) to an int8 output. */
NN_KERNEL int8_t nn_output_s8(int32_t acc, const nn_channel_t *channel, int32_t rounding, int32_t zero,
                              int32_t low, int32_t high) {
  const int32_t y = rounding == NN_SHIFT_RIGHT
                        ? nn_requantize_right(acc, channel->multiplier, -channel->shift)
                        : nn_requantize(acc, channel->multiplier, channel->shift);
  return (int8_t)nn_clamp(y + zero, low, high);
}

#endif
