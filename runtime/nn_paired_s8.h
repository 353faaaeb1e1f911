/* Paired pixels: two pixels share one multiplication, on cores that multiply 32 bits and no pairs; the heart
 * of int8 convolutions there.
 *
 * With x = a + b * 2^16 the sum of x * w holds A = sum of a * w in its low half and B = sum of b * w above,
 * as long as A and B fit int16. The compiler knows the weights: it cuts each channel into chunks of 1, 3, 5
 * or 8 taps for which they do, whatever the input. The sum of a chunk begins at 2^31 + 2^15, so that its
 * halves are never negative and borrow nothing. The accumulators begin at bias - 2^15 * chunks, which takes
 * that off.
 *
 * `cuts` has words for each channel: from bit 30 down two bits a chunk, 00 for 3 taps, 01 for 8, 10 for 1 and
 * 11 for 5, then a 1. A word has up to 15. The compiler has proved that |accumulator| < 2^30 and that every
 * shift is to the right by 1 to 22.
 */
#ifndef NN_PAIRED_S8_H
#define NN_PAIRED_S8_H

#include "isa/api.h"

typedef struct {
  int32_t bias_right; /* 32 * (bias with the input's zero point - 2^15 * chunks) + right shift */
  int32_t multiplier; /* positive */
} nn_paired_channel_t;

/* What a run over output channels works on; it moves the pointers on. */
typedef struct {
  const uint32_t *x;     /* for each tap the words of 2 or 4 pixels */
  const int8_t *weights; /* [out_c][taps] */
  const nn_paired_channel_t *channels;
  int8_t *out;           /* channel o of the first pixel */
  int32_t stride;        /* bytes from a pixel's outputs to the next one's */
  int32_t last;          /* the same for the last pixel: 0 where it is the one before once more */
  int32_t channels_left; /* at least 1 */
  int32_t zero;          /* 2 * zero point + 1 */
  const uint32_t *cuts;
  int32_t *sums;       /* of slices before (nn_paired_slices_s8.h) */
  const uint32_t *end; /* of x */
  int32_t slice;       /* which (nn_paired_slices_s8.h) */
} nn_paired_t;

NN_KERNEL int8_t nn_paired_output_s8(int32_t acc, const nn_paired_channel_t *c, int32_t zero) {
  const int32_t right = c->bias_right & 31;
  const int32_t round = (int32_t)((uint32_t)zero << right) >> 1;
  return (int8_t)nn_clamp((nn_high_mul(acc, c->multiplier) + (acc >> 31) + round) >> right, -128, 127);
}

#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#include "isa/paired_armv6m.h"
#else
#include "isa/paired_portable.h"
#endif

/* How many pixels are computed for `left` pixels: a missing one is the one before once more. */
NN_KERNEL int32_t nn_paired_width(int32_t left) { return left > 2 ? 4 : 2; }

/* x for the pixels at a[0], a[1], …: n inputs each, at least one; the words of a tap are `width` / 2. Returns
 * the end of x. */
NN_KERNEL uint32_t *nn_pair_up_s8(int32_t width, const int8_t *const a[4], int32_t n, uint32_t *x) {
  if (width == 4) {
    nn_pair_up_4_s8(a, n, x);
  } else {
    nn_pair_up_2_s8(a, n, x);
  }
  return x + n * (width / 2);
}

/* All output channels of `pixels` (1 to 4) pixels one after the other, of which x has the taps up to `end`,
 * clamped to [low, high]. */
NN_KERNEL void nn_paired_s8(int32_t pixels, const uint32_t *x, const uint32_t *end, const int8_t *weights,
                            const nn_paired_channel_t *channels, const uint32_t *cuts, int8_t *out,
                            int32_t out_c, int32_t out_zero, int32_t low, int32_t high) {
  nn_paired_t t = {x,     weights,          channels, out, out_c, pixels % 2 ? 0 : out_c,
                   out_c, 2 * out_zero + 1, cuts,     0,   end,   0};
  if (nn_paired_width(pixels) == 4) {
    nn_paired_4_s8(&t);
  } else {
    nn_paired_2_s8(&t);
  }
  if (low > -128 || high < 127) {
    for (int32_t i = 0; i < pixels * out_c; ++i) {
      out[i] = (int8_t)nn_clamp(out[i], low, high);
    }
  }
}

#endif
