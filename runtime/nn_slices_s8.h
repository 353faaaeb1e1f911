/* Tiles (nn_tiles_s8.h) whose inputs come in slices: only one slice is widened at a time, and the sums over
 * those before it stand in memory, 2 words for each pixel of a pair of channels: 256 * S0 + S1, then S1.
 * Weights v come slice by slice, of all pairs of channels each.
 */
#ifndef NN_SLICES_S8_H
#define NN_SLICES_S8_H

#include "nn_tiles_s8.h"

/* A slice that is not the last, over a run of output channels. */
typedef struct {
  const int16_t *v;
  const int16_t *x;
  int32_t turns; /* nn_slice_turns; in the highest bit, whether this is the first slice */
  int32_t *sums;
  int32_t *end; /* of the sums */
} nn_slice_t;   /* isa/slices_armv7em.h knows the offsets */

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/slices_armv7em.h"
#else
#include "isa/slices_portable.h"
#endif

/* How `blocks`, not 0, are counted: an odd one is taken in the turn of another. */
NN_KERNEL int32_t nn_slice_turns(int32_t blocks, int32_t rounding) {
  return nn_tile_turns(blocks, rounding) + 4 * (blocks & 1);
}

/* A slice of `blocks` fours of inputs for `channels` output channels, an even number, of a tile of `width`
 * (2 or 3) pixels: the first begins the sums, the next are added. t gives v and x. */
NN_KERNEL void nn_add_slice_s8(const nn_tiles_t *t, int first, int32_t width, int32_t blocks,
                               int32_t channels) {
  const int32_t turns = nn_slice_turns(blocks, NN_TILES_LINES), begin = first ? INT32_MIN : 0;
  const nn_slice_t slice = {t->v, t->x, turns | begin, t->sums, t->sums + channels * width};
  width == 3 ? nn_slice_3_s8(&slice) : nn_slice_2_s8(&slice);
}

/* The last slice: adds the sums to it, and gives `channels` outputs, clamped to [low, high], of `pixels` (1
 * to 3) pixels, `stride` apart. */
NN_KERNEL void nn_last_slice_s8(nn_tiles_t *t, int32_t pixels, int32_t blocks, int32_t channels, int8_t *out,
                                int32_t stride, int32_t rounding, int32_t mixed, int32_t low, int32_t high) {
  t->turns = nn_slice_turns(blocks, rounding);
  t->out = out;
  t->stride = pixels == 1 ? 0 : stride;
  t->end = out + channels;
  if (rounding == NN_TILES_LINES && !mixed) {
    pixels == 3 ? nn_last_slice_3_lines_s8(t) : nn_last_slice_2_lines_s8(t);
  } else {
    pixels == 3 ? nn_last_slice_3_s8(t) : nn_last_slice_2_s8(t);
  }
  if (low > -128 || high < 127) {
    for (int32_t j = 0; j < pixels; ++j) {
      for (int32_t i = 0; i < channels; ++i) {
        out[j * stride + i] = (int8_t)nn_clamp(out[j * stride + i], low, high);
      }
    }
  }
}

#endif
