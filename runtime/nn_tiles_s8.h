/* Tiles: products of 3 (or 2) pixels with pairs of output channels, requantised; the heart of int8
 * convolutions.
 *
 * Data are widened to int16 and laid out in the order in which they are multiplied. For every 4 inputs k:
 *   x   (k0, k2) of each pixel, then (k1, k3) of each pixel
 *   v   (k0, k2), then (k1, k3) of 256 * w0 + w1, weights of output channels o and o + 1
 * so one word of v holds four weights: the sum of x * v is 256 * S0 + S1, the sum over the low bytes alone is
 * S1, and S0 is the difference / 256. The compiler has proved |S0| < 2^23. Numbers of inputs that are no
 * multiple of 4 are filled up with zeros.
 */
#ifndef NN_TILES_S8_H
#define NN_TILES_S8_H

#include "nn_quant.h"

/* Requantisation of an output channel.
 *
 * A line: y = ((S << NN_LINE_FRACTION) + start) * multiplier >> 32 >> NN_LINE_SHIFT, saturated. Zero point
 * and rounding are in `start`. The compiler has found constants for which this is TFLite's result, whatever
 * the input (compiler/ops/line.py).
 *
 * Twice, where there are none, as TFLite rounds: start = bias * 256 + right,
 * y = (h + (h >> 31) + ((2 * zero_point + 1) << right)) >> (right + 1),
 * h = (2 * (S + bias) * multiplier + 2^31) >> 32, with |S + bias| < 2^30 and 0 <= right <= 21. */
typedef struct {
  int32_t start;
  int32_t multiplier;
} nn_tile_channel_t;

enum { NN_LINE_FRACTION = 9, NN_LINE_SHIFT = 12 };
enum { NN_TILES_TWICE = 0, NN_TILES_LINES = 1 };

/* What a run over output channels works on. */
typedef struct {
  const int16_t *v;
  int8_t *end; /* of the first pixel's outputs, an even number on */
  int8_t *out; /* channel o of the first pixel */
  const nn_tile_channel_t *channels;
  int32_t stride; /* bytes from a pixel's outputs to the next one's */
  const int16_t *x;
  int32_t turns; /* nn_tile_turns of the blocks but the first */
  int32_t round; /* 2 * zero_point + 1, for rounding twice */
  int32_t *sums; /* of slices before (nn_slices_s8.h) */
} nn_tiles_t;    /* isa/tiles_armv7em.h knows the offsets */

/* How `blocks` are counted: 4 for every two, 1 for an odd one, 2 less for rounding twice. */
NN_KERNEL int32_t nn_tile_turns(int32_t blocks, int32_t rounding) {
  return 2 * blocks - (blocks & 1) - (rounding == NN_TILES_TWICE ? 2 : 0);
}

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/tiles_armv7em.h"
#else
#include "isa/tiles_portable.h"
#endif

/* How many of `left` pixels the next tile takes: 3, or 2 where that leaves none over. */
NN_KERNEL int32_t nn_tile_pixels(int32_t left) { return left == 4 ? 2 : left < 3 ? left : 3; }

/* How many pixels a tile has that is to give 1 to 3: a single one is computed twice. */
NN_KERNEL int32_t nn_tile_width(int32_t pixels) { return pixels == 3 ? 3 : 2; }

/* The tiles of one run. `mixed`: the network rounds both ways, and one copy of the loops serves both. */
NN_KERNEL void nn_run_tiles_s8(int32_t pixels, int32_t rounding, int32_t mixed, const nn_tiles_t *t) {
  if (rounding == NN_TILES_LINES && !mixed) {
    pixels == 3 ? nn_tiles_3_lines_s8(t) : nn_tiles_2_lines_s8(t);
  } else {
    pixels == 3 ? nn_tiles_3_s8(t) : nn_tiles_2_s8(t);
  }
}

/* For nn_tile_s8: x is where the widened pixels are, of `blocks` fours of inputs. */
NN_KERNEL nn_tiles_t nn_tiles(const int16_t *x, int32_t blocks, const int16_t *v,
                              const nn_tile_channel_t *channels, int32_t out_zero, int32_t rounding) {
  const nn_tiles_t t = {v, 0, 0, channels, 0, x, nn_tile_turns(blocks - 1, rounding), 2 * out_zero + 1, 0};
  return t;
}

/* Output channels 0 to out_c - 1 of `pixels` (1 to 3) pixels one after the other, clamped to [low, high].
 * t->x holds nn_tile_width(pixels) widened pixels of `blocks` fours; `rounding` is NN_TILES_…. */
NN_KERNEL void nn_tile_s8(nn_tiles_t *t, int32_t pixels, int32_t blocks, int8_t *out, int32_t out_c,
                          int32_t rounding, int32_t mixed, int32_t low, int32_t high) {
  const int32_t even = out_c & ~1;
  t->out = out;
  t->stride = pixels == 1 ? 0 : out_c;
  t->end = out + even;
  if (even > 0) {
    nn_run_tiles_s8(pixels, rounding, mixed, t);
  }
  if (even < out_c) { /* the last channel's partner exists in v and channels only */
    int8_t last[6];
    const nn_tiles_t odd = {
        t->v + even / 2 * blocks * 4, last + 2, last, t->channels + even, 2, t->x, t->turns, t->round, 0};
    nn_run_tiles_s8(pixels, rounding, mixed, &odd);
    for (int32_t i = 0; i < pixels; ++i) {
      out[i * out_c + even] = last[2 * i];
    }
  }
  if (low > -128 || high < 127) {
    for (int32_t i = 0; i < pixels * out_c; ++i) {
      out[i] = (int8_t)nn_clamp(out[i], low, high);
    }
  }
}

#endif
