/* Tiles in plain C99: what they mean (see nn_tiles_s8.h). */
#ifndef NN_ISA_TILES_PORTABLE_H
#define NN_ISA_TILES_PORTABLE_H

/* x for the tile of 3 or 2 pixels at a[0], a[1], …: n inputs each, filled up with zeros to a multiple of 4.
 */
NN_KERNEL void nn_widen_tile_s8(int32_t pixels, const int8_t *const a[3], int32_t n, int16_t *x) {
  for (int32_t k = 0; k < n; k += 4) {
    for (int32_t half = 0; half < 2; ++half) {
      for (int32_t i = 0; i < pixels; ++i) {
        *x++ = (int16_t)(k + half < n ? a[i][k + half] : 0);
        *x++ = (int16_t)(k + half + 2 < n ? a[i][k + half + 2] : 0);
      }
    }
  }
}

/* The same of a multiple of 4 that is not 0. */
NN_KERNEL void nn_widen_fours_s8(int32_t pixels, const int8_t *const a[3], int32_t n, int16_t *x) {
  nn_widen_tile_s8(pixels, a, n, x);
}

/* Rounded twice, as TFLite does. `round`: 2 * zero_point + 1. */
NN_KERNEL int8_t nn_tile_twice_s8(int32_t sum, const nn_tile_channel_t *c, int32_t round) {
  const int32_t acc2 = 2 * ((c->start >> 8) + sum), right = c->start & 255;
  const int32_t high = (int32_t)(((int64_t)acc2 * c->multiplier + ((int64_t)1 << 31)) >> 32);
  const int32_t rounded = high + (high >> 31) + (int32_t)((uint32_t)round << right);
  return (int8_t)nn_clamp(rounded >> right >> 1, -128, 127);
}

NN_KERNEL int8_t nn_tile_line_s8(int32_t sum, const nn_tile_channel_t *c) {
  const int32_t at = (int32_t)((uint32_t)sum << NN_LINE_FRACTION) + c->start;
  const int32_t high = (int32_t)(((int64_t)at * c->multiplier) >> 32);
  return (int8_t)nn_clamp(high >> NN_LINE_SHIFT, -128, 127);
}

/* Adds the products of n inputs of `pixels` pixels with a pair of channels to its sums. */
NN_KERNEL void nn_tile_products_s8(const int16_t *v, const int16_t *x, int32_t n, int32_t pixels,
                                   int32_t *sums) {
  for (int32_t i = 0; i < pixels; ++i) {
    for (int32_t k = 0; k < n; ++k) {
      const int32_t at = x[(k / 2 * pixels + i) * 2 + k % 2];
      sums[2 * i] += at * v[k];
      sums[2 * i + 1] += at * (int8_t)(v[k] & 0xff);
    }
  }
}

/* Blocks that so many turns take. */
NN_KERNEL int32_t nn_tile_blocks(int32_t turns) { return ((turns + 2) / 4) * 2 + (turns & 1); }

/* The outputs of a pixel and a pair of channels, whose sums are 256 * S0 + S1, S1. */
NN_KERNEL void nn_tile_pair_s8(const nn_tiles_t *t, const nn_tile_channel_t *c, const int32_t *sums,
                               int8_t *out) {
  const int lines = (t->turns & 2) == 0;
  const int32_t first = (sums[0] - sums[1]) / 256, second = sums[1];
  out[0] = lines ? nn_tile_line_s8(first, &c[0]) : nn_tile_twice_s8(first, &c[0], t->round);
  out[1] = lines ? nn_tile_line_s8(second, &c[1]) : nn_tile_twice_s8(second, &c[1], t->round);
}

NN_KERNEL void nn_tiles_any_s8(const nn_tiles_t *t, int32_t pixels) {
  const int32_t n = 4 * (nn_tile_blocks(t->turns) + 1);
  const nn_tile_channel_t *c = t->channels;
  const int16_t *v = t->v;
  for (int8_t *out = t->out; out != t->end; c += 2, out += 2, v += n) {
    int32_t sums[6] = {0, 0, 0, 0, 0, 0};
    nn_tile_products_s8(v, t->x, n, pixels, sums);
    for (int32_t i = 0; i < pixels; ++i) {
      nn_tile_pair_s8(t, c, sums + 2 * i, out + i * t->stride);
    }
  }
}

NN_KERNEL void nn_tiles_3_s8(const nn_tiles_t *t) { nn_tiles_any_s8(t, 3); }

NN_KERNEL void nn_tiles_2_s8(const nn_tiles_t *t) { nn_tiles_any_s8(t, 2); }

NN_KERNEL void nn_tiles_3_lines_s8(const nn_tiles_t *t) { nn_tiles_any_s8(t, 3); }

NN_KERNEL void nn_tiles_2_lines_s8(const nn_tiles_t *t) { nn_tiles_any_s8(t, 2); }

#endif
