/* CONV_2D, int16 activations and int8 weights (TFLite reference_integer_ops::ConvPerChannel). Taps outside
 * the image are skipped; two output channels a pass. */
#ifndef NN_CONV_2D_S16_H
#define NN_CONV_2D_S16_H

#include "nn_rows.h"
#include "nn_s16.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t scaling;   /* NN_S16_… */
  int32_t low, high; /* clamp of the output */
} nn_conv_2d_s16_t;

/* The sums of two output channels: products of up to 256 taps stay within 32 bits. */
typedef struct {
  int64_t wide[2];
  int32_t narrow[2];
} nn_conv_2d_sums_s16_t;

NN_KERNEL void nn_conv_2d_dot_s16(const nn_conv_2d_s16_t p, const int16_t *a, const int8_t *w0,
                                  const int8_t *w1, int32_t n, nn_conv_2d_sums_s16_t *sums) {
  if (p.k_h * p.k_w * p.k_c <= 256) {
    nn_dot_1x2_s16_s8(a, w0, w1, n, sums->narrow);
  } else {
    nn_dot_1x2_s16(a, w0, w1, n, sums->wide);
  }
}

/* Adds the products of one row of taps, for output channels at w0 and w1; `in` is the image's row. */
NN_KERNEL void nn_conv_2d_taps_s16(const nn_conv_2d_s16_t p, const int16_t *in, int32_t in_x,
                                   nn_taps_t columns, const int8_t *w0, const int8_t *w1,
                                   nn_conv_2d_sums_s16_t *acc) {
  const int32_t first = columns.first, count = columns.last - columns.first;
  if (p.dilation_w == 1 && p.k_c == p.in_c) {
    nn_conv_2d_dot_s16(p, in + (in_x + first) * p.in_c, w0 + first * p.k_c, w1 + first * p.k_c, count * p.k_c,
                       acc);
    return;
  }
  for (int32_t kx = first; kx < columns.last; ++kx) {
    nn_conv_2d_dot_s16(p, in + (in_x + kx * p.dilation_w) * p.in_c, w0 + kx * p.k_c, w1 + kx * p.k_c, p.k_c,
                       acc);
  }
}

/* Output rows [y0, y1). weights[out_c][k_h][k_w][k_c], channels[out_c]. */
NN_KERNEL void nn_conv_2d_s16(const nn_conv_2d_s16_t p, nn_rows_s16 in, nn_rows_s16 out,
                              const int8_t *weights, const nn_channel_s16_t *channels, int32_t y0,
                              int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.k_c, run = p.k_w * p.k_c;
  const int32_t group_c = p.out_c * p.k_c / p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    const int32_t in_y = y * p.stride_h - p.pad_top;
    int16_t *o = nn_row_s16(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t oc = 0; oc < p.out_c;) {
        const int32_t both = (oc + 1) % group_c != 0;
        const int8_t *w0 = weights + oc * taps, *w1 = both ? w0 + taps : w0;
        nn_conv_2d_sums_s16_t acc = {{channels[oc].bias, channels[oc + both].bias}, {0, 0}};
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          const int16_t *row = nn_row_s16(in, in_y + ky * p.dilation_h, p.in_h) + oc / group_c * p.k_c;
          nn_conv_2d_taps_s16(p, row, in_x, columns, w0 + ky * run, w1 + ky * run, &acc);
        }
        o[oc] = nn_output_s16(acc.wide[0] + acc.narrow[0], channels + oc, p.scaling, p.low, p.high);
        o[oc + both] =
            nn_output_s16(acc.wide[both] + acc.narrow[both], channels + oc + both, p.scaling, p.low, p.high);
        oc += 1 + both;
      }
    }
  }
}

#endif
