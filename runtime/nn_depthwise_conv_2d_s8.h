/* DEPTHWISE_CONV_2D, int8, every kernel, stride, dilation and multiplier
 * (TFLite reference_integer_ops::DepthwiseConvPerChannel).
 *
 * Four neighbouring output channels a pass. The input's zero point is folded into the biases, so a tap
 * outside the image counts as zero point times weight.
 */
#ifndef NN_DEPTHWISE_CONV_2D_S8_H
#define NN_DEPTHWISE_CONV_2D_S8_H

#include "isa/api.h"
#include "nn_rows.h"

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
  int32_t rounding;          /* NN_SHIFT_… */
} nn_depthwise_conv_2d_s8_t;

/* acc[i] += a[i] * w[i] for `lanes` (1 or 4) channels */
NN_KERNEL void nn_mac_lanes_s8(const int8_t *a, const int8_t *w, int lanes, int32_t acc[4]) {
  if (lanes == 4) {
    nn_pair_t a_even, a_odd, w_even, w_odd;
    nn_load_pairs_s8(a, &a_even, &a_odd);
    nn_load_pairs_s8(w, &w_even, &w_odd);
    acc[0] = nn_mac_low(a_even, w_even, acc[0]);
    acc[1] = nn_mac_low(a_odd, w_odd, acc[1]);
    acc[2] = nn_mac_high(a_even, w_even, acc[2]);
    acc[3] = nn_mac_high(a_odd, w_odd, acc[3]);
  } else {
    acc[0] += a[0] * w[0];
  }
}

/* acc[i] += x * w[i] for `lanes` (1 or 4) channels */
NN_KERNEL void nn_scale_lanes_s8(int32_t x, const int8_t *w, int lanes, int32_t acc[4]) {
  if (lanes == 4) {
    nn_pair_t even, odd;
    nn_load_pairs_s8(w, &even, &odd);
    acc[0] = nn_scale_low(x, even, acc[0]);
    acc[1] = nn_scale_low(x, odd, acc[1]);
    acc[2] = nn_scale_high(x, even, acc[2]);
    acc[3] = nn_scale_high(x, odd, acc[3]);
  } else {
    acc[0] += x * w[0];
  }
}

/* One pixel, `lanes` channels from oc on, which belong to input channels from ic on. `inside`: no tap of the
 * window is outside sideways. */
NN_KERNEL void nn_depthwise_conv_2d_lanes_s8(const nn_depthwise_conv_2d_s8_t p, nn_rows_s8 in, int32_t in_y,
                                             int32_t in_x, int inside, int32_t ic, int32_t oc, int lanes,
                                             const int8_t *weights, const nn_channel_t *channels,
                                             int8_t *out) {
  const int32_t out_c = p.in_c * p.multiplier;
  const int8_t *w = weights + oc;
  int32_t acc[4] = {0, 0, 0, 0};
  for (int i = 0; i < lanes; ++i) {
    acc[i] = channels[oc + i].bias;
  }
  for (int32_t ky = 0, y = in_y; ky < p.k_h; ++ky, y += p.dilation_h) {
    const int row_inside = y >= 0 && y < p.in_h;
    const int8_t *row = nn_row_s8(in, row_inside ? y : 0, p.in_h) + ic;
    for (int32_t kx = 0, x = in_x; kx < p.k_w; ++kx, x += p.dilation_w, w += out_c) {
      if (!row_inside || (!inside && (x < 0 || x >= p.in_w))) {
        nn_scale_lanes_s8(p.in_zero, w, lanes, acc);
      } else if (p.multiplier == 1) {
        nn_mac_lanes_s8(row + x * p.in_c, w, lanes, acc);
      } else {
        nn_scale_lanes_s8(row[x * p.in_c], w, lanes, acc);
      }
    }
  }
  for (int i = 0; i < lanes; ++i) {
    out[oc + i] = nn_output_s8(acc[i], &channels[oc + i], p.rounding, p.out_zero, p.low, p.high);
  }
}

/* Output rows [y0, y1). weights[k_h][k_w][in_c * multiplier]. */
NN_KERNEL void nn_depthwise_conv_2d_s8(const nn_depthwise_conv_2d_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                       const int8_t *weights, const nn_channel_t *channels, int32_t y0,
                                       int32_t y1) {
  const int32_t out_c = p.in_c * p.multiplier;
  /* Four lanes may not straddle two input channels unless each has one output channel. */
  const int32_t run = p.multiplier == 1 ? out_c : p.multiplier;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const int inside = in_x >= 0 && in_x + (p.k_w - 1) * p.dilation_w < p.in_w;
      for (int32_t first = 0; first < out_c; first += run) {
        int32_t oc = first;
        for (; oc + 4 <= first + run; oc += 4) {
          nn_depthwise_conv_2d_lanes_s8(p, in, in_y, in_x, inside, oc / p.multiplier, oc, 4, weights,
                                        channels, o);
        }
        for (; oc < first + run; ++oc) {
          nn_depthwise_conv_2d_lanes_s8(p, in, in_y, in_x, inside, oc / p.multiplier, oc, 1, weights,
                                        channels, o);
        }
      }
    }
  }
}

#endif
