/* CONV_2D, int8, by paired pixels: the taps of 4 (or 2) neighbouring output pixels are paired and multiplied
 * with all output channels: see nn_paired_s8.h. Taps outside the image are read from `outside`, a pixel of
 * zero points.
 */
#ifndef NN_CONV_2D_PAIRED_S8_H
#define NN_CONV_2D_PAIRED_S8_H

#include "nn_paired_s8.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t out_zero;  /* zero point of the output; the input's is in the biases */
  int32_t low, high; /* clamp of the output */
} nn_conv_2d_paired_s8_t;

enum { NN_PAIRED_STRIP = 64 }; /* bytes of a row, with what lies outside, that are worth a copy */

/* `columns` columns from `first` on of a row (null outside the image), each of few channels. */
NN_KERNEL void nn_paired_strip_s8(const nn_conv_2d_paired_s8_t p, const int8_t *row, int32_t first,
                                  int32_t columns, const int8_t *outside, int8_t *strip) {
  for (int32_t column = first; column < first + columns; ++column) {
    const int8_t *from = row && column >= 0 && column < p.in_w ? row + column * p.in_c : outside;
    for (int32_t c = 0; c < p.in_c; ++c) {
      *strip++ = from[c];
    }
  }
}

/* One row of taps of pixels whose windows begin at columns at[0], at[1], …; row is null outside the image. */
NN_KERNEL uint32_t *nn_pair_up_row_s8(const nn_conv_2d_paired_s8_t p, const int8_t *row, int32_t width,
                                      const int32_t at[4], const int8_t *outside, uint32_t *x) {
  const int8_t *a[4];
  const int32_t columns = 3 * p.stride_w + p.k_w;
  int8_t strip[NN_PAIRED_STRIP];
  if (row && p.dilation_w == 1 && at[0] >= 0 && at[width - 1] + p.k_w <= p.in_w) {
    for (int32_t j = 0; j < 4; ++j) {
      a[j] = row + at[j] * p.in_c;
    }
    return nn_pair_up_s8(width, a, p.k_w * p.in_c, x);
  }
  if (p.dilation_w == 1 && columns * p.in_c <= NN_PAIRED_STRIP) {
    nn_paired_strip_s8(p, row, at[0], columns, outside, strip);
    for (int32_t j = 0; j < 4; ++j) {
      a[j] = strip + (at[j] - at[0]) * p.in_c;
    }
    return nn_pair_up_s8(width, a, p.k_w * p.in_c, x);
  }
  for (int32_t kx = 0; kx < p.k_w; ++kx) {
    for (int32_t j = 0; j < 4; ++j) {
      const int32_t column = at[j] + kx * p.dilation_w;
      a[j] = row && column >= 0 && column < p.in_w ? row + column * p.in_c : outside;
    }
    x = nn_pair_up_s8(width, a, p.in_c, x);
  }
  return x;
}

/* Output rows [y0, y1). `x` is scratch for the windows of 4 pixels. */
NN_KERNEL void nn_conv_2d_paired_s8(const nn_conv_2d_paired_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                    uint32_t *x, const int8_t *weights, const nn_paired_channel_t *channels,
                                    const uint32_t *cuts, const int8_t *outside, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t i = 0; i < p.out_w; i += 4, o += 4 * p.out_c) {
      const int32_t pixels = p.out_w - i < 4 ? p.out_w - i : 4;
      int32_t at[4];
      for (int32_t j = 0; j < 4; ++j) {
        at[j] = (i + (j < pixels ? j : pixels - 1)) * p.stride_w - p.pad_left;
      }
      uint32_t *to = x;
      for (int32_t ky = 0; ky < p.k_h; ++ky) {
        const int32_t in_y = y * p.stride_h - p.pad_top + ky * p.dilation_h;
        const int8_t *row = in_y >= 0 && in_y < p.in_h ? nn_row_s8(in, in_y, p.in_h) : 0;
        to = nn_pair_up_row_s8(p, row, nn_paired_width(pixels), at, outside, to);
      }
      nn_paired_s8(pixels, x, to, weights, channels, cuts, o, p.out_c, p.out_zero, p.low, p.high);
    }
  }
}

#endif
