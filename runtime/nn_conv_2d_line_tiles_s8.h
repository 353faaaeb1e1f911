/* CONV_2D, int8, of lines (nn_line_s8.h), by tiles: the windows of 3 (or 2) neighbouring steps are widened
 * and multiplied with all output channels: see nn_tiles_s8.h. Where there is dilation, channels come in
 * fours.
 */
#ifndef NN_CONV_2D_LINE_TILES_S8_H
#define NN_CONV_2D_LINE_TILES_S8_H

#include "nn_line_s8.h"
#include "nn_tiles_s8.h"

typedef nn_line_s8_t nn_conv_2d_line_tiles_s8_t;

/* x for the tile of `pixels` steps from y on. What is copied before it is widened stands at the end of x:
 * widening reads ahead of what it writes. */
NN_KERNEL void nn_widen_line_s8(const nn_line_s8_t p, nn_rows_s8 in, int32_t y, int32_t pixels, int16_t *x) {
  const int32_t width = nn_tile_width(pixels), taps = (p.k * p.in_c + 3) / 4 * 4;
  int8_t *const end = (int8_t *)(x + 3 * taps);
  if (p.dilation == 1) {
    const int32_t step = pixels == 1 ? 0 : p.stride * p.in_c;
    const int8_t *a = nn_line_strip_s8(p, in, y, pixels, end + 2 * p.stride * p.in_c);
    const int8_t *const b[3] = {a, a + step, a + 2 * step};
    nn_widen_tile_s8(width, b, p.k * p.in_c, x);
    return;
  }
  for (int32_t k = 0; k < p.k; ++k, x += width * p.in_c) {
    const int8_t *b[3] = {end, end, end};
    nn_line_tap_s8(p, in, y, pixels > 1, width, k, end, b);
    nn_widen_tile_s8(width, b, p.in_c, x);
  }
}

/* Output steps [y0, y1). `x` is scratch for 3 widened windows, and for 2 strides more or, where there is
 * dilation, a step. */
NN_KERNEL void nn_conv_2d_line_tiles_s8(const nn_conv_2d_line_tiles_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                        int16_t *x, const int16_t *weights, const nn_tile_channel_t *channels,
                                        int32_t y0, int32_t y1) {
  const int32_t taps = (p.k * p.in_c + 3) / 4 * 4; /* the last ones have weights 0 */
  nn_tiles_t t = nn_tiles(x, taps / 4, weights, channels, p.out_zero, p.rounding);
  if (p.dilation > 1) {
    nn_fill_s8((int8_t *)(x + 3 * taps), p.in_zero, p.in_c);
  }
  for (int32_t y = y0; y < y1;) {
    const int32_t pixels = nn_tile_pixels(nn_min(y1 - y, nn_together_s8(out, y, p.out_h)));
    nn_widen_line_s8(p, in, y, pixels, x);
    nn_tile_s8(&t, pixels, taps / 4, nn_row_s8(out, y, p.out_h), p.out_c, p.rounding, p.mixed, p.low, p.high);
    y += pixels;
  }
}

#endif
