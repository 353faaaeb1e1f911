/* CONV_2D, int8, by tiles, for input channels in fours: the taps of 3 (or 2) neighbouring output pixels are
 * widened and multiplied with all output channels: see nn_tiles_s8.h. Taps outside the image are read from
 * `outside`, a pixel of zero points.
 */
#ifndef NN_CONV_2D_TILES_S8_H
#define NN_CONV_2D_TILES_S8_H

#include "nn_rows.h"
#include "nn_tiles_s8.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels; in_c % 4 == 0 */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t out_zero;  /* zero point of the output; the input's is in the biases */
  int32_t low, high; /* clamp of the output */
  int32_t rounding;  /* NN_TILES_… */
} nn_conv_2d_tiles_s8_t;

/* One row of taps of `width` pixels whose windows begin at column x, stride_w apart; row is null outside the
 * image. */
NN_KERNEL int16_t *nn_widen_row_s8(const nn_conv_2d_tiles_s8_t p, const int8_t *row, int32_t x, int32_t width,
                                   int32_t step, const int8_t *outside, int16_t *to) {
  const int32_t last = x + (width - 1) * step;
  if (row && p.dilation_w == 1 && x >= 0 && last + p.k_w <= p.in_w) {
    const int8_t *const a = row + x * p.in_c;
    const int8_t *const b[3] = {a, a + step * p.in_c, a + 2 * step * p.in_c};
    nn_widen_tile_s8(width, b, p.k_w * p.in_c, to);
    return to + width * p.k_w * p.in_c;
  }
  for (int32_t kx = 0; kx < p.k_w; ++kx, to += width * p.in_c) {
    const int8_t *b[3];
    for (int32_t j = 0; j < 3; ++j) {
      const int32_t at = x + j * step + kx * p.dilation_w;
      b[j] = row && at >= 0 && at < p.in_w ? row + at * p.in_c : outside;
    }
    nn_widen_tile_s8(width, b, p.in_c, to);
  }
  return to;
}

/* Output rows [y0, y1). `x` is scratch for 3 widened windows. */
NN_KERNEL void nn_conv_2d_tiles_s8(const nn_conv_2d_tiles_s8_t p, nn_rows_s8 in, nn_rows_s8 out, int16_t *x,
                                   const int16_t *weights, const nn_tile_channel_t *channels,
                                   const int8_t *outside, int32_t y0, int32_t y1) {
  const int32_t blocks = p.k_h * p.k_w * p.in_c / 4;
  nn_tiles_t t = nn_tiles(x, blocks, weights, channels, p.out_zero);
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t i = 0; i < p.out_w;) {
      const int32_t pixels = nn_tile_pixels(p.out_w - i);
      int16_t *to = x;
      for (int32_t ky = 0; ky < p.k_h; ++ky) {
        const int32_t in_y = y * p.stride_h - p.pad_top + ky * p.dilation_h;
        const int8_t *row = in_y >= 0 && in_y < p.in_h ? nn_row_s8(in, in_y, p.in_h) : 0;
        to = nn_widen_row_s8(p, row, i * p.stride_w - p.pad_left, nn_tile_width(pixels),
                             pixels == 1 ? 0 : p.stride_w, outside, to);
      }
      nn_tile_s8(&t, pixels, blocks, o + i * p.out_c, p.out_c, p.rounding, p.low, p.high);
      i += pixels;
    }
  }
}

#endif
