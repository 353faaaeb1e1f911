/* CONV_2D, int16 activations and int8 weights, whose sums the compiler has proved to have 32 bits: up to
 * three neighbouring pixels and two output channels a pass. Taps outside the image are skipped. */
#ifndef NN_CONV_2D_WINDOWS_S16_H
#define NN_CONV_2D_WINDOWS_S16_H

#include "nn_rows.h"
#include "nn_window.h"
#include "nn_windows_s16.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel, of at most NN_WINDOW_ROWS rows */
  int32_t stride_h, stride_w;
  int32_t dilation_h;
  int32_t pad_top, pad_left;
  int32_t low, high; /* clamp of the output */
} nn_conv_2d_windows_s16_t;

/* How many pixels from x on are computed together: neighbours have windows inside the image sideways. */
NN_KERNEL int32_t nn_windows_pixels_s16(const nn_conv_2d_windows_s16_t p, int32_t x) {
  int32_t pixels = 1;
  if (x * p.stride_w >= p.pad_left) {
    while (pixels < NN_WINDOW_PIXELS && x + pixels < p.out_w &&
           (x + pixels) * p.stride_w - p.pad_left + p.k_w <= p.in_w) {
      ++pixels;
    }
  }
  return pixels;
}

/* Output rows [y0, y1). weights[out_c][k_h][k_w][in_c], channels[out_c]. */
NN_KERNEL void nn_conv_2d_windows_s16(const nn_conv_2d_windows_s16_t p, nn_rows_s16 in, nn_rows_s16 out,
                                      const int8_t *weights, const nn_channel_s16_t *channels, int32_t y0,
                                      int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    int16_t *o = nn_row_s16(out, y, p.out_h);
    nn_windows_s16_t t;
    t.count = rows.last - rows.first;
    t.run = p.k_w * p.in_c;
    t.taps = p.k_h * t.run;
    t.in_step = p.stride_w * p.in_c;
    t.out_step = t.out_c = p.out_c;
    t.low = p.low;
    t.high = p.high;
    for (int32_t ky = rows.first; ky < rows.last; ++ky) {
      t.rows[ky - rows.first] = nn_row_s16(in, y * p.stride_h - p.pad_top + ky * p.dilation_h, p.in_h);
    }
    for (int32_t x = 0; x < p.out_w; x += t.pixels) {
      const nn_taps_t columns = nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, 1, p.in_w);
      t.pixels = nn_windows_pixels_s16(p, x);
      t.at = (x * p.stride_w - p.pad_left + columns.first) * p.in_c;
      t.n = (columns.last - columns.first) * p.in_c;
      t.skip = (rows.first * p.k_w + columns.first) * p.in_c;
      nn_windows_s16(&t, weights, channels, o);
      o += t.pixels * p.out_c;
    }
  }
}

#endif
