/* DEPTHWISE_CONV_2D, int16 activations and int8 weights (TFLite
 * reference_integer_ops::DepthwiseConvPerChannel). Taps outside the image are skipped; four output channels a
 * pass. */
#ifndef NN_DEPTHWISE_CONV_2D_S16_H
#define NN_DEPTHWISE_CONV_2D_S16_H

#include "nn_rows.h"
#include "nn_s16.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c; /* input rows, columns, channels */
  int32_t out_h, out_w;     /* output rows, columns */
  int32_t multiplier;       /* output channels for each input channel */
  int32_t k_h, k_w;         /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t scaling;   /* NN_S16_… */
  int32_t low, high; /* clamp of the output */
} nn_depthwise_conv_2d_s16_t;

/* Sums of one row of taps for `lanes` (1 or 4) output channels from w on; `a` is the first tap's input of
 * the first of them. At most 256 products of one channel fit a sum. */
NN_KERNEL void nn_depthwise_taps_s16(const nn_depthwise_conv_2d_s16_t p, const int16_t *a, const int8_t *w,
                                     int32_t taps, int lanes, int32_t sums[4]) {
  const int32_t out_c = p.in_c * p.multiplier;
  /* Which input the second, third and fourth lane belong to, from a on. */
  const int32_t i1 = p.multiplier == 1, i2 = p.multiplier == 1 ? 2 : p.multiplier == 2;
  const int32_t i3 = p.multiplier == 1 ? 3 : i2;
  for (int32_t kx = 0; kx < taps; ++kx, a += p.dilation_w * p.in_c, w += out_c) {
    if (lanes == 1) {
      sums[0] += a[0] * w[0];
      continue;
    }
    nn_pair_t even, odd;
    nn_load_pairs_s8(w, &even, &odd);
    sums[0] = nn_scale_low(a[0], even, sums[0]);
    sums[1] = nn_scale_low(a[i1], odd, sums[1]);
    sums[2] = nn_scale_high(a[i2], even, sums[2]);
    sums[3] = nn_scale_high(a[i3], odd, sums[3]);
  }
}

/* One pixel, `lanes` output channels from oc on, which belong to one input channel or to one each. */
NN_KERNEL void nn_depthwise_lanes_s16(const nn_depthwise_conv_2d_s16_t p, nn_rows_s16 in, int32_t in_y,
                                      int32_t in_x, nn_taps_t rows, nn_taps_t columns, int32_t oc, int lanes,
                                      const int8_t *weights, const nn_channel_s16_t *channels, int16_t *out) {
  const int32_t out_c = p.in_c * p.multiplier;
  /* No loops over the lanes: a variable index would keep the sums in memory. */
  int64_t wide[4] = {0, 0, 0, 0};
  int32_t sums[4] = {0, 0, 0, 0};
  for (int32_t ky = rows.first; ky < rows.last; ++ky) {
    const int16_t *a = nn_row_s16(in, in_y + ky * p.dilation_h, p.in_h) + oc / p.multiplier;
    const int8_t *w = weights + (ky * p.k_w + columns.first) * out_c + oc;
    nn_depthwise_taps_s16(p, a + (in_x + columns.first * p.dilation_w) * p.in_c, w,
                          columns.last - columns.first, lanes, sums);
    if (p.k_h * p.k_w > 256) {
      wide[0] += sums[0];
      wide[1] += sums[1];
      wide[2] += sums[2];
      wide[3] += sums[3];
      sums[0] = sums[1] = sums[2] = sums[3] = 0;
    }
  }
  const nn_channel_s16_t *const c = channels + oc;
  out[oc] = nn_output_s16(c[0].bias + wide[0] + sums[0], c, p.scaling, p.low, p.high);
  if (lanes == 4) {
    out[oc + 1] = nn_output_s16(c[1].bias + wide[1] + sums[1], c + 1, p.scaling, p.low, p.high);
    out[oc + 2] = nn_output_s16(c[2].bias + wide[2] + sums[2], c + 2, p.scaling, p.low, p.high);
    out[oc + 3] = nn_output_s16(c[3].bias + wide[3] + sums[3], c + 3, p.scaling, p.low, p.high);
  }
}

/* Output rows [y0, y1). weights[k_h][k_w][in_c * multiplier], channels[in_c * multiplier]. */
NN_KERNEL void nn_depthwise_conv_2d_s16(const nn_depthwise_conv_2d_s16_t p, nn_rows_s16 in, nn_rows_s16 out,
                                        const int8_t *weights, const nn_channel_s16_t *channels, int32_t y0,
                                        int32_t y1) {
  const int32_t out_c = p.in_c * p.multiplier;
  const int32_t run = p.multiplier <= 2 ? out_c : p.multiplier;
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    const int32_t in_y = y * p.stride_h - p.pad_top;
    int16_t *o = nn_row_s16(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t first = 0; first < out_c; first += run) {
        int32_t oc = first;
        for (; oc + 4 <= first + run; oc += 4) {
          nn_depthwise_lanes_s16(p, in, in_y, in_x, rows, columns, oc, 4, weights, channels, o);
        }
        for (; oc < first + run; ++oc) {
          nn_depthwise_lanes_s16(p, in, in_y, in_x, rows, columns, oc, 1, weights, channels, o);
        }
      }
    }
  }
}

#endif
