/* CONV_2D, int8, of lines (nn_line_s8.h), by paired steps: the windows of 4 (or 2) neighbouring steps are
 * paired and multiplied with all output channels: see nn_paired_s8.h. */
#ifndef NN_CONV_2D_LINE_PAIRED_S8_H
#define NN_CONV_2D_LINE_PAIRED_S8_H

#include "nn_line_s8.h"
#include "nn_paired_s8.h"

typedef nn_line_s8_t nn_conv_2d_line_paired_s8_t;

/* x for `pixels` steps from y on, and its end: a missing one is the one before once more. What is copied
 * before it is paired stands at the end of x: pairing reads ahead of what it writes. */
NN_KERNEL uint32_t *nn_pair_up_line_s8(const nn_line_s8_t p, nn_rows_s8 in, int32_t y, int32_t pixels,
                                       uint32_t *x) {
  const int32_t width = nn_paired_width(pixels);
  int8_t *const end = (int8_t *)(x + 2 * p.k * p.in_c);
  const int8_t *a[4] = {end, end, end, end};
  if (p.dilation == 1) {
    const int32_t step = p.stride * p.in_c;
    a[0] = nn_line_strip_s8(p, in, y, pixels, end + 3 * step);
    for (int32_t j = 1; j < 4; ++j) {
      a[j] = j < pixels ? a[j - 1] + step : a[j - 1];
    }
    return nn_pair_up_s8(width, a, p.k * p.in_c, x);
  }
  for (int32_t k = 0; k < p.k; ++k) {
    nn_line_tap_s8(p, in, y, 1, pixels, k, end, a);
    for (int32_t j = pixels; j < 4; ++j) {
      a[j] = a[j - 1];
    }
    x = nn_pair_up_s8(width, a, p.in_c, x);
  }
  return x;
}

/* Output steps [y0, y1). `x` is scratch for the windows of 4 steps, and for 3 strides more or, where there is
 * dilation, a step. */
NN_KERNEL void nn_conv_2d_line_paired_s8(const nn_conv_2d_line_paired_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                         uint32_t *x, const int8_t *weights,
                                         const nn_paired_channel_t *channels, const uint32_t *cuts,
                                         int32_t y0, int32_t y1) {
  if (p.dilation > 1) {
    nn_fill_s8((int8_t *)(x + 2 * p.k * p.in_c), p.in_zero, p.in_c);
  }
  for (int32_t y = y0; y < y1;) {
    const int32_t pixels = nn_min(nn_min(y1 - y, nn_together_s8(out, y, p.out_h)), 4);
    const uint32_t *end = nn_pair_up_line_s8(p, in, y, pixels, x);
    nn_paired_s8(pixels, x, end, weights, channels, cuts, nn_row_s8(out, y, p.out_h), p.out_c, p.out_zero,
                 p.low, p.high);
    y += pixels;
  }
}

#endif
