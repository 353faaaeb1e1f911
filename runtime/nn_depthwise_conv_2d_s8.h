/* DEPTHWISE_CONV_2D, int8, every kernel, stride, dilation and multiplier
 * (TFLite reference_integer_ops::DepthwiseConvPerChannel).
 *
 * Four neighbouring output channels a pass. The input's zero point is taken off while data are widened, so
 * that taps outside the image cost nothing.
 */
#ifndef NN_DEPTHWISE_CONV_2D_S8_H
#define NN_DEPTHWISE_CONV_2D_S8_H

#include "isa/api.h"
#include "nn_window_rows_s8.h"

typedef struct {
  int32_t in_h, in_w, in_c; /* input rows, columns, channels */
  int32_t out_h, out_w;     /* output rows, columns */
  int32_t multiplier;       /* output channels for each input channel */
  int32_t k_h, k_w;         /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left; /* rows and columns of zero point before the input */
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_ROUND_… */
} nn_depthwise_conv_2d_s8_t;

/* acc[i] += (a[i] - zero) * w[i] for `lanes` (1 or 4) channels */
NN_KERNEL void nn_mac_lanes_s8(const int8_t *a, int32_t zero, const int8_t *w, int lanes, int32_t acc[4]) {
  if (lanes == 4) {
    nn_pair_t a_even, a_odd, w_even, w_odd;
    nn_load_pairs_plus_s8(a, nn_pair(-zero, -zero), &a_even, &a_odd);
    nn_load_pairs_s8(w, &w_even, &w_odd);
    acc[0] = nn_mac_low(a_even, w_even, acc[0]);
    acc[1] = nn_mac_low(a_odd, w_odd, acc[1]);
    acc[2] = nn_mac_high(a_even, w_even, acc[2]);
    acc[3] = nn_mac_high(a_odd, w_odd, acc[3]);
  } else {
    acc[0] += (a[0] - zero) * w[0];
  }
}

/* acc[i] += x * w[i] for `lanes` (1 or 4) channels, of which the last two belong to x2 */
NN_KERNEL void nn_scale_lanes_s8(int32_t x, int32_t x2, const int8_t *w, int lanes, int32_t acc[4]) {
  if (lanes == 4) {
    nn_pair_t even, odd;
    nn_load_pairs_s8(w, &even, &odd);
    acc[0] = nn_scale_low(x, even, acc[0]);
    acc[1] = nn_scale_low(x, odd, acc[1]);
    acc[2] = nn_scale_high(x2, even, acc[2]);
    acc[3] = nn_scale_high(x2, odd, acc[3]);
  } else {
    acc[0] += x * w[0];
  }
}

NN_KERNEL int8_t nn_depthwise_output_s8(const nn_depthwise_conv_2d_s8_t p, int32_t acc,
                                        nn_packed_channel_t channel) {
  const int8_t y = nn_output_packed_s8(acc, nn_unpack_channel(channel, p.out_zero), p.rounding);
  return nn_clamp_s8(y, p.low, p.high);
}

/* One pixel, `lanes` channels from oc on, which belong to input channels from oc / multiplier on. `columns`
 * are the taps inside the image of the window that begins at in_x. */
NN_KERNEL void nn_depthwise_conv_2d_lanes_s8(const nn_depthwise_conv_2d_s8_t p, nn_rows_s8 in, int32_t in_x,
                                             const nn_window_rows_s8_t *rows, nn_taps_t columns, int32_t oc,
                                             int lanes, const int8_t *weights,
                                             const nn_packed_channel_t *channels, int8_t *out) {
  const int32_t out_c = p.in_c * p.multiplier;
  const nn_packed_channel_t *ch = channels + oc;
  /* No loops over the lanes: a variable index would keep the sums in memory. */
  int32_t acc[4] = {ch[0].bias_right >> 8, 0, 0, 0};
  if (lanes == 4) {
    acc[1] = ch[1].bias_right >> 8;
    acc[2] = ch[2].bias_right >> 8;
    acc[3] = ch[3].bias_right >> 8;
  }
  for (int32_t ky = rows->taps.first; ky < rows->taps.last; ++ky) {
    const int8_t *a = nn_window_row_s8(in, rows, ky, p.k_h, p.dilation_h, p.in_h);
    const int8_t *w = weights + (ky * p.k_w + columns.first) * out_c + oc;
    a += oc / p.multiplier + (in_x + columns.first * p.dilation_w) * p.in_c;
    for (int32_t kx = columns.first; kx < columns.last; ++kx, w += out_c, a += p.dilation_w * p.in_c) {
      if (p.multiplier == 1) {
        nn_mac_lanes_s8(a, p.in_zero, w, lanes, acc);
      } else {
        const int32_t x = a[0] - p.in_zero;
        nn_scale_lanes_s8(x, p.multiplier == 2 && lanes == 4 ? a[1] - p.in_zero : x, w, lanes, acc);
      }
    }
  }
  out[oc] = nn_depthwise_output_s8(p, acc[0], ch[0]);
  if (lanes == 4) {
    out[oc + 1] = nn_depthwise_output_s8(p, acc[1], ch[1]);
    out[oc + 2] = nn_depthwise_output_s8(p, acc[2], ch[2]);
    out[oc + 3] = nn_depthwise_output_s8(p, acc[3], ch[3]);
  }
}

/* Output rows [y0, y1). weights[k_h][k_w][in_c * multiplier]. */
NN_KERNEL void nn_depthwise_conv_2d_s8(const nn_depthwise_conv_2d_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                       const int8_t *weights, const nn_packed_channel_t *channels, int32_t y0,
                                       int32_t y1) {
  const int32_t out_c = p.in_c * p.multiplier;
  /* Four lanes may not straddle two input channels unless each has one or two output channels. */
  const int32_t run = p.multiplier <= 2 ? out_c : p.multiplier;
  for (int32_t y = y0; y < y1; ++y) {
    nn_window_rows_s8_t rows;
    nn_window_rows_s8(in, y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h, &rows);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t first = 0; first < out_c; first += run) {
        int32_t oc = first;
        for (; oc + 4 <= first + run; oc += 4) {
          nn_depthwise_conv_2d_lanes_s8(p, in, in_x, &rows, columns, oc, 4, weights, channels, o);
        }
        for (; oc < first + run; ++oc) {
          nn_depthwise_conv_2d_lanes_s8(p, in, in_x, &rows, columns, oc, 1, weights, channels, o);
        }
      }
    }
  }
}

#endif
