/* Inner-loop primitives: their contracts. One of the headers below defines them for the core that is compiled
 * for.
 *
 * All pointers are unaligned unless stated; n may be any number >= 0. Each primitive means what its body in
 * portable.h computes.
 *
 *   nn_dot_2x2_s8(a0, a1, w0, w1, n, acc)  acc[0] += a0.w0, acc[1] += a0.w1, acc[2] += a1.w0, acc[3] += a1.w1
 *   nn_dot_1x2_s8(a, w0, w1, n, acc)       acc[0] += a.w0, acc[1] += a.w1
 *   nn_dot_1x2_s16_s8(a, w0, w1, n, acc)   the same for int16 a; n <= 256, so that products fit
 *   nn_dot_1x4_s16_s8(a, w, n, acc, rows, step)
 *                                          acc[i] += a.wi, i < 4, of n int16 in each of some rows,
 *                                          `step` apart; w, aligned to 4 bytes, is laid out as
 *                                          compiler/ops/int16.py: pack_fours does; the sums fit
 *   nn_dot_1x4_s8(a, w, n, acc)            acc[i] += a.wi, i < 4; wi is w[n * i] to w[n * i + n - 1]
 *   nn_dot_1x4_pairs_s8(a, w, n, b, acc)   acc[i] = b[i] + a.wi, i < 4; returns the end of w, which is laid
 *                                          out as compiler/ops/dense.py: pack_pairs does
 *   nn_sum_x2_s8(w0, w1, n, acc)           acc[0] += sum(w0), acc[1] += sum(w1)
 *   nn_high_mul_small(a, b)                (2ab + 2^31) >> 32 for |a| < 2^30
 *   nn_high_mul_add(a, b, c)               c + ((2ab + 2^31) >> 32) for |a| < 2^30
 *   nn_mul_high_add(a, b, c)               c + ((a * b) >> 32)
 *   nn_mul_q15(a, b)                       (a * b + 2^14) >> 15 for int16 values, not both -32768
 *   nn_clamp_s16(x)                        x clamped to int16
 *   nn_clamp_s8(x, low, high)              x clamped to [low, high], which lies within int8
 *   nn_add_x4_s8(a, sum)                   sum[i] += a[i], i < 4
 *
 * Pairs of int16 (`nn_pair_t`, lanes lo and hi), which a core may hold in one register:
 *   nn_pair(lo, hi)                        the pair of two int16 values
 *   nn_pair_high(a)                        (0, a.hi)
 *   nn_load_pairs_s8(a, &even, &odd)       even = (a[0], a[2]), odd = (a[1], a[3])
 *   nn_load_pairs_plus_s8(a, p, &e, &o)    e = (a[0] + p.lo, a[2] + p.hi), o = (a[1] + p.lo, a[3] + p.hi)
 *   nn_dot_pair(a, b, acc)                 acc + a.lo * b.lo + a.hi * b.hi
 *   nn_mac_low(a, b, acc)                  acc + a.lo * b.lo
 *   nn_mac_high(a, b, acc)                 acc + a.hi * b.hi
 *   nn_scale_low(x, b, acc)                acc + x * b.lo for an int16 value x
 *   nn_scale_high(x, b, acc)               acc + x * b.hi
 *
 * Four int8 side by side (`nn_quad_t`):
 *   nn_load_quad(a), nn_store_quad(q, a)   from and to memory
 *   nn_splat_quad(x)                       x four times
 *   nn_max_quad(a, b), nn_min_quad(a, b)   lane by lane
 */
#ifndef NN_ISA_API_H
#define NN_ISA_API_H

#include "nn_quant.h"

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/mve.h"
#endif
#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/armv7em.h"
#include "isa/pairs_armv7em.h"
#else
#include "isa/portable.h"
#endif

#if !defined(NN_ISA_DOT_ARMV6M_H) && !defined(NN_ISA_HAS_DOTS)
NN_KERNEL void nn_dot_1x4_s8(const int8_t *a, const int8_t *w, int32_t n, int32_t acc[4]) {
  nn_dot_1x2_s8(a, w, w + n, n, acc);
  nn_dot_1x2_s8(a, w + 2 * n, w + 3 * n, n, acc + 2);
}
#endif

NN_KERNEL int32_t nn_sum_s8(const int8_t *a, int32_t n) {
  int32_t sum = 0;
  for (int32_t i = 0; i < n; ++i) {
    sum += a[i];
  }
  return sum;
}

/* zero + acc * 2^left * multiplier / 2^(32 + right), ties up. |acc * 2^left| < 2^31. */
NN_KERNEL int32_t nn_rescale_once(int32_t acc, nn_scale_t scale, int32_t left, int32_t zero) {
  const int32_t start = (int32_t)((uint32_t)(2 * zero + 1) << (scale.right - 1));
  return nn_mul_high_add((int32_t)((uint32_t)acc << left), scale.multiplier, start) >> scale.right;
}

/* Requantisation when every channel shifts right by at least one and |acc| < 2^30: the compiler has proved
 * both. */
NN_KERNEL int32_t nn_requantize_right(int32_t acc, int32_t multiplier, int32_t right, int32_t exact_below_0) {
  /* The sign of acc instead of the product's: they differ where the product is 0, and then the result is the
   * same. */
  const int32_t half = (int32_t)((uint32_t)1 << (right - 1)) + (exact_below_0 ? acc >> 31 : 0);
  return nn_high_mul_add(acc, multiplier, half) >> right;
}

/* How a layer's accumulators are requantised: NN_SHIFT_RIGHT where the bounds above are proved. */
enum { NN_SHIFT_ANY = 0, NN_SHIFT_RIGHT = 1 };

/* One accumulator (bias included) to an int8 output. Where negative results are clamped to the zero point,
 * their ties need no care. */
NN_KERNEL int8_t nn_output_s8(int32_t acc, const nn_channel_t *channel, int32_t rounding, int32_t zero,
                              int32_t low, int32_t high) {
  const int32_t y = rounding == NN_SHIFT_RIGHT
                        ? nn_requantize_right(acc, channel->multiplier, -channel->shift, low < zero)
                        : nn_requantize(acc, channel->multiplier, channel->shift);
  return nn_clamp_s8(y + zero, low, high);
}

/* A packed channel ready for use. */
typedef struct {
  int32_t bias, multiplier, right;
  int32_t round; /* half of 2^right, and the output's zero point times 2^right */
} nn_requantize_t;

NN_KERNEL nn_requantize_t nn_unpack_channel(nn_packed_channel_t channel, int32_t zero) {
  const int32_t right = channel.bias_right & 31;
  const int32_t round = (int32_t)((uint32_t)(2 * zero + 1) << right) >> 1;
  const nn_requantize_t scale = {channel.bias_right >> 8, channel.multiplier, right, round};
  return scale;
}

/* Rounding of packed channels: ties away from zero, with shifts of at least 1; or ties up, which differs
 * only below the zero point, where such outputs are clamped. */
enum { NN_ROUND_AWAY = 0, NN_ROUND_UP = 1 };

/* One accumulator (bias included) to an int8 output, saturated. |acc| < 2^30. */
NN_KERNEL int8_t nn_output_packed_s8(int32_t acc, nn_requantize_t scale, int32_t rounding) {
  int32_t y;
  if (rounding == NN_ROUND_UP) {
    y = nn_high_mul_add(acc, scale.multiplier, scale.round);
  } else {
    y = nn_high_mul_small(acc, scale.multiplier);
    y += (y >> 31) + scale.round;
  }
  return nn_clamp_s8(y >> scale.right, -128, 127);
}

#endif
