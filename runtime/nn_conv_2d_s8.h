/* CONV_2D, int8 activations and weights (TFLite reference_integer_ops::ConvPerChannel).
 *
 * The input's zero point is folded into the biases, so a tap outside the image must still count as zero point
 * times weight: `in_zero * sum(weights)`, added for the taps that padding cuts off. Two neighbouring pixels
 * and two output channels are computed a pass, so each loaded word serves two products.
 */
#ifndef NN_CONV_2D_S8_H
#define NN_CONV_2D_S8_H

#include "isa/api.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;  /* steps of the kernel over the input */
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left; /* rows and columns of zero point before the input */
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_SHIFT_… */
} nn_conv_2d_s8_t;

/* Whether output channel oc + 1 belongs to the same group of `group` channels as oc; one group is the usual
 * case. */
NN_KERNEL int32_t nn_conv_both(int32_t oc, int32_t out_c, int32_t group) {
  return group == out_c ? oc + 1 < out_c : (oc + 1) % group != 0;
}

/* Pixels x and x + 1 of a row, channels oc and oc + 1 (w1 == w0 where there is just one), both inside
 * sideways. */
NN_KERNEL void nn_conv_2d_pair_s8(const nn_conv_2d_s8_t p, nn_rows_s8 in, int32_t in_y, int32_t first,
                                  int32_t last, int32_t in_x, const int8_t *w0, const int8_t *w1,
                                  int32_t acc[4]) {
  const int32_t run = p.k_w * p.k_c;
  int32_t outside[2] = {0, 0};
  nn_sum_x2_s8(w0, w1, first * run, outside);
  for (int32_t ky = first; ky < last; ++ky) {
    const int8_t *a = nn_row_s8(in, in_y + ky * p.dilation_h, p.in_h) + in_x;
    nn_dot_2x2_s8(a, a + p.stride_w * p.in_c, w0 + ky * run, w1 + ky * run, run, acc);
  }
  nn_sum_x2_s8(w0 + last * run, w1 + last * run, (p.k_h - last) * run, outside);
  acc[0] += p.in_zero * outside[0];
  acc[1] += p.in_zero * outside[1];
  acc[2] += p.in_zero * outside[0];
  acc[3] += p.in_zero * outside[1];
}

/* One pixel anywhere: taps one by one where they are not neighbours in memory or lie partly outside. */
NN_KERNEL void nn_conv_2d_pixel_s8(const nn_conv_2d_s8_t p, nn_rows_s8 in, int32_t in_y, int32_t first,
                                   int32_t last, int32_t in_x, int32_t in_c0, const int8_t *w0,
                                   const int8_t *w1, int32_t acc[2]) {
  const int32_t run = p.k_w * p.k_c;
  const int32_t left = nn_first_tap(in_x, p.dilation_w, p.k_w);
  const int32_t right = nn_last_tap(in_x, p.dilation_w, p.k_w, p.in_w, left);
  int32_t outside[2] = {0, 0};
  for (int32_t ky = 0; ky < p.k_h; ++ky) {
    const int8_t *v0 = w0 + ky * run, *v1 = w1 + ky * run;
    if (ky < first || ky >= last) {
      nn_sum_x2_s8(v0, v1, run, outside);
      continue;
    }
    nn_sum_x2_s8(v0, v1, left * p.k_c, outside);
    const int8_t *row = nn_row_s8(in, in_y + ky * p.dilation_h, p.in_h) + in_c0;
    if (p.dilation_w == 1 && p.k_c == p.in_c) {
      nn_dot_1x2_s8(row + (in_x + left) * p.in_c, v0 + left * p.k_c, v1 + left * p.k_c,
                    (right - left) * p.k_c, acc);
    } else {
      for (int32_t kx = left; kx < right; ++kx) {
        nn_dot_1x2_s8(row + (in_x + kx * p.dilation_w) * p.in_c, v0 + kx * p.k_c, v1 + kx * p.k_c, p.k_c,
                      acc);
      }
    }
    nn_sum_x2_s8(v0 + right * p.k_c, v1 + right * p.k_c, (p.k_w - right) * p.k_c, outside);
  }
  acc[0] += p.in_zero * outside[0];
  acc[1] += p.in_zero * outside[1];
}

/* One output row. */
NN_KERNEL void nn_conv_2d_row_s8(const nn_conv_2d_s8_t p, nn_rows_s8 in, int8_t *out, const int8_t *weights,
                                 const nn_channel_t *channels, int32_t y) {
  const int32_t taps = p.k_h * p.k_w * p.k_c;
  const int32_t in_y = y * p.stride_h - p.pad_top;
  const int32_t first = nn_first_tap(in_y, p.dilation_h, p.k_h);
  const int32_t last = nn_last_tap(in_y, p.dilation_h, p.k_h, p.in_h, first);
  const int32_t group_c = p.out_c * p.k_c / p.in_c; /* output channels of a group */
  for (int32_t x = 0; x < p.out_w;) {
    const int32_t in_x = x * p.stride_w - p.pad_left;
    const int pair = p.dilation_w == 1 && p.k_c == p.in_c && in_x >= 0 && x + 1 < p.out_w &&
                     in_x + p.stride_w + p.k_w <= p.in_w;
    for (int32_t oc = 0; oc < p.out_c;) {
      const int32_t both = nn_conv_both(oc, p.out_c, group_c);
      const int8_t *w0 = weights + oc * taps, *w1 = both ? w0 + taps : w0;
      const nn_channel_t *c0 = channels + oc, *c1 = both ? c0 + 1 : c0;
      int8_t *o = out + x * p.out_c + oc;
      int32_t acc[4] = {c0->bias, c1->bias, c0->bias, c1->bias};
      if (pair) {
        nn_conv_2d_pair_s8(p, in, in_y, first, last, in_x * p.in_c, w0, w1, acc);
        o[p.out_c] = nn_output_s8(acc[2], c0, p.rounding, p.out_zero, p.low, p.high);
        o[p.out_c + both] = nn_output_s8(acc[3], c1, p.rounding, p.out_zero, p.low, p.high);
      } else {
        nn_conv_2d_pixel_s8(p, in, in_y, first, last, in_x, oc / group_c * p.k_c, w0, w1, acc);
      }
      o[0] = nn_output_s8(acc[0], c0, p.rounding, p.out_zero, p.low, p.high);
      o[both] = nn_output_s8(acc[1], c1, p.rounding, p.out_zero, p.low, p.high);
      oc += 1 + both;
    }
    x += 1 + pair;
  }
}

/* Output rows [y0, y1). weights[out_c][k_h][k_w][k_c]. */
NN_KERNEL void nn_conv_2d_s8(const nn_conv_2d_s8_t p, nn_rows_s8 in, nn_rows_s8 out, const int8_t *weights,
                             const nn_channel_t *channels, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    nn_conv_2d_row_s8(p, in, nn_row_s8(out, y, p.out_h), weights, channels, y);
  }
}

#endif
