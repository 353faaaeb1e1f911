/* CONV_2D, int8, by tiles: the taps of 3 (or 2) neighbouring output pixels are gathered into patches,
 * widened, and multiplied with all output channels: see nn_tiles_s8.h. Taps outside the image hold the zero
 * point.
 */
#ifndef NN_CONV_2D_PATCHES_S8_H
#define NN_CONV_2D_PATCHES_S8_H

#include "nn_patches_s8.h"
#include "nn_tiles_s8.h"

typedef nn_patches_s8_t nn_conv_2d_patches_s8_t;

/* x for the tile of `pixels` pixels from (y, i) on. Rows of taps in fours are widened where they stand;
 * `patches` has room for a row of each pixel, for those that are partly outside. */
NN_KERNEL void nn_widen_rows_s8(const nn_conv_2d_patches_s8_t p, nn_rows_s8 in, const nn_patch_rows_t *rows,
                                int32_t y, int32_t i, int32_t pixels, int8_t *patches, int16_t *x) {
  const int32_t run = p.k_w * p.in_c, first = i * p.stride_w - p.pad_left, width = nn_tile_width(pixels);
  const int32_t last = first + (pixels - 1) * p.stride_w;
  const int within = p.dilation_w == 1 && first >= 0 && last + p.k_w <= p.in_w;
  for (int32_t ky = 0; ky < p.k_h; ++ky, x += width * run) {
    const nn_patch_row_t row = ky < NN_PATCH_ROWS ? rows->of[ky] : nn_patch_row(p, in, y, ky);
    const int8_t *a = patches;
    int32_t step = run;
    if (row.inside && within) {
      a = row.at + first * p.in_c;
      step = p.stride_w * p.in_c;
    } else {
      for (int32_t j = 0; j < pixels; ++j) {
        nn_gather_row_s8(p, row.at, row.inside, first + j * p.stride_w, patches + j * run);
      }
    }
    const int8_t *const pixel[3] = {a, pixels == 1 ? a : a + step, a + 2 * step};
    nn_widen_tile_s8(width, pixel, run, x);
  }
}

/* Output rows [y0, y1). `patches` is scratch: for a row of taps of 3 pixels where these are in fours, else
 * for 3 patches of taps in fours; x for 3 patches widened. */
NN_KERNEL void nn_conv_2d_patches_s8(const nn_conv_2d_patches_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                     int8_t *patches, int16_t *x, const int16_t *weights,
                                     const nn_tile_channel_t *channels, int32_t y0, int32_t y1) {
  const int32_t taps = (p.k_h * p.k_w * p.in_c + 3) / 4 * 4; /* the last ones have weights 0 */
  nn_tiles_t t = nn_tiles(x, taps / 4, weights, channels, p.out_zero, p.rounding);
  for (int32_t y = y0; y < y1; ++y) {
    nn_patch_rows_t rows;
    nn_patch_rows(p, in, y, &rows);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t i = 0; i < p.out_w;) {
      const int32_t pixels = nn_tile_pixels(p.out_w - i);
      if (p.k_w * p.in_c % 4 == 0) {
        nn_widen_rows_s8(p, in, &rows, y, i, pixels, patches, x);
      } else {
        nn_gather_s8(p, in, &rows, y, i, pixels, patches, taps);
        const int8_t *const second = pixels == 1 ? patches : patches + taps;
        const int8_t *const a[3] = {patches, second, patches + 2 * taps};
        nn_widen_tile_s8(nn_tile_width(pixels), a, taps, x);
      }
      nn_tile_s8(&t, pixels, taps / 4, o + i * p.out_c, p.out_c, p.rounding, p.mixed, p.low, p.high);
      i += pixels;
    }
  }
}

#endif
