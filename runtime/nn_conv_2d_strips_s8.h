/* CONV_2D, int8, by strips, for stride_w * in_c = 2, rows of 4 or 8 taps and output channels in twos: the
 * taps of 3 (or 2) neighbouring output pixels overlap, and are widened once: see nn_strips_s8.h. Taps outside
 * the image hold the zero point.
 */
#ifndef NN_CONV_2D_STRIPS_S8_H
#define NN_CONV_2D_STRIPS_S8_H

#include "nn_patches_s8.h"
#include "nn_strips_s8.h"

typedef nn_patches_s8_t nn_conv_2d_strips_s8_t;

/* The n inputs from column x on of a row that is partly or wholly outside the image. */
NN_KERNEL void nn_gather_strip_s8(const nn_conv_2d_strips_s8_t p, const nn_patch_row_t row, int32_t x,
                                  int32_t n, int8_t *to) {
  const int32_t from = x * p.in_c, end = p.in_w * p.in_c;
  for (int32_t i = 0; i < n; ++i) {
    to[i] = (int8_t)(row.inside && from + i >= 0 && from + i < end ? row.at[from + i] : p.in_zero);
  }
}

/* Output rows [y0, y1). `strip` is scratch for a row of 3 pixels, x for the strips of all rows. */
NN_KERNEL void nn_conv_2d_strips_s8(const nn_conv_2d_strips_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                    int8_t *strip, int16_t *x, const int16_t *weights,
                                    const nn_tile_channel_t *channels, int32_t y0, int32_t y1) {
  const int32_t run = p.k_w * p.in_c, all = run + 4;
  nn_tiles_t t = nn_tiles(x, p.k_h, weights, channels, p.out_zero, p.rounding);
  for (int32_t y = y0; y < y1; ++y) {
    nn_patch_rows_t rows;
    nn_patch_rows(p, in, y, &rows);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t i = 0; i < p.out_w;) {
      const int32_t pixels = nn_tile_pixels(p.out_w - i), first = i * p.stride_w - p.pad_left;
      const int within = first >= 0 && first * p.in_c + all <= p.in_w * p.in_c;
      int16_t *to = x;
      for (int32_t ky = 0; ky < p.k_h; ++ky) {
        const nn_patch_row_t row = ky < NN_PATCH_ROWS ? rows.of[ky] : nn_patch_row(p, in, y, ky);
        const int8_t *a = strip;
        if (row.inside && within) {
          a = row.at + first * p.in_c;
        } else {
          nn_gather_strip_s8(p, row, first, all, strip);
        }
        nn_widen_strip_s8(a, all, to); /* for 2 pixels two more, which the next row overwrites */
        to += pixels == 3 ? all : run + 2;
      }
      nn_strip_s8(&t, run, pixels, o + i * p.out_c, p.out_c, p.rounding, p.mixed, p.low, p.high);
      i += pixels;
    }
  }
}

#endif
