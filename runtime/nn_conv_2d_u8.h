/* CONV_2D, uint8 (TFLite reference_ops::Conv). Taps outside
 * the image are skipped; two output channels a pass. */
#ifndef NN_CONV_2D_U8_H
#define NN_CONV_2D_U8_H

#include "nn_rows.h"
#include "nn_u8.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t in_zero, weights_zero, out_zero; /* zero points */
  int32_t factor, shift;                   /* of a sum: factor * 2^(shift - 31) */
  int32_t low, high;                       /* clamp of the output */
} nn_conv_2d_u8_t;

/* Adds the products of one row of taps, for output channels at w0 and w1; `in` is the image's row. */
NN_KERNEL void nn_conv_2d_taps_u8(const nn_conv_2d_u8_t p, const uint8_t *in, int32_t in_x, nn_taps_t columns,
                                  const uint8_t *w0, const uint8_t *w1, int32_t acc[2]) {
  const int32_t first = columns.first, count = columns.last - columns.first;
  if (p.dilation_w == 1 && p.k_c == p.in_c) {
    nn_dot_1x2_u8(in + (in_x + first) * p.in_c, w0 + first * p.k_c, w1 + first * p.k_c, count * p.k_c,
                  p.in_zero, p.weights_zero, acc);
    return;
  }
  for (int32_t kx = first; kx < columns.last; ++kx) {
    nn_dot_1x2_u8(in + (in_x + kx * p.dilation_w) * p.in_c, w0 + kx * p.k_c, w1 + kx * p.k_c, p.k_c,
                  p.in_zero, p.weights_zero, acc);
  }
}

/* Output rows [y0, y1). weights[out_c][k_h][k_w][k_c], bias[out_c]. */
NN_KERNEL void nn_conv_2d_u8(const nn_conv_2d_u8_t p, nn_rows_u8 in, nn_rows_u8 out, const uint8_t *weights,
                             const int32_t *bias, int32_t y0, int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.k_c, run = p.k_w * p.k_c;
  const int32_t group_c = p.out_c * p.k_c / p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    const int32_t in_y = y * p.stride_h - p.pad_top;
    uint8_t *o = nn_row_u8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t oc = 0; oc < p.out_c;) {
        const int32_t both = (oc + 1) % group_c != 0;
        const uint8_t *w0 = weights + oc * taps, *w1 = both ? w0 + taps : w0;
        int32_t acc[2] = {bias[oc], bias[oc + both]};
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          const uint8_t *row = nn_row_u8(in, in_y + ky * p.dilation_h, p.in_h) + oc / group_c * p.k_c;
          nn_conv_2d_taps_u8(p, row, in_x, columns, w0 + ky * run, w1 + ky * run, acc);
        }
        const int32_t first = nn_requantize(acc[0], p.factor, p.shift),
                      second = nn_requantize(acc[both], p.factor, p.shift);
        o[oc] = (uint8_t)nn_clamp(first + p.out_zero, p.low, p.high);
        o[oc + both] = (uint8_t)nn_clamp(second + p.out_zero, p.low, p.high);
        oc += 1 + both;
      }
    }
  }
}

#endif
