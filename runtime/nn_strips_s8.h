/* Tiles (nn_tiles_s8.h) whose pixels are two inputs apart in each row of taps, and so share all but two of
 * them.
 *
 * x holds a strip for each row: the `run` taps of the first pixel and two more for each other pixel, widened,
 * in their order. v holds weights in the order of the taps. A row has 4 or 8.
 */
#ifndef NN_STRIPS_S8_H
#define NN_STRIPS_S8_H

#include "nn_tiles_s8.h"

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/strips_armv7em.h"
#else
#include "isa/strips_portable.h"
#endif

/* The tiles of one run. */
NN_KERNEL void nn_run_strips_s8(int32_t run, int32_t pixels, int32_t rounding, int32_t mixed,
                                const nn_tiles_t *t) {
  const int lines = rounding == NN_TILES_LINES && !mixed;
  if (run == 4) {
    if (lines) {
      pixels == 3 ? nn_strips_4_3_lines_s8(t) : nn_strips_4_2_lines_s8(t);
    } else {
      pixels == 3 ? nn_strips_4_3_s8(t) : nn_strips_4_2_s8(t);
    }
  } else if (lines) {
    pixels == 3 ? nn_strips_8_3_lines_s8(t) : nn_strips_8_2_lines_s8(t);
  } else {
    pixels == 3 ? nn_strips_8_3_s8(t) : nn_strips_8_2_s8(t);
  }
}

/* Output channels 0 to out_c - 1, an even number, of `pixels` (1 to 3) pixels one after the other, clamped to
 * [low, high]. t->x holds strips for nn_tile_width(pixels) pixels: a single pixel is written over the one
 * beside it. */
NN_KERNEL void nn_strip_s8(nn_tiles_t *t, int32_t run, int32_t pixels, int8_t *out, int32_t out_c,
                           int32_t rounding, int32_t mixed, int32_t low, int32_t high) {
  t->out = out;
  t->stride = pixels == 1 ? 0 : out_c;
  t->end = out + out_c;
  nn_run_strips_s8(run, pixels, rounding, mixed, t);
  if (low > -128 || high < 127) {
    for (int32_t i = 0; i < pixels * out_c; ++i) {
      out[i] = (int8_t)nn_clamp(out[i], low, high);
    }
  }
}

#endif
