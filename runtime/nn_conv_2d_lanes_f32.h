/* CONV_2D, float32 (TFLite reference_ops::Conv): output channels are the lanes of vectors (nn_lanes_f32.h).
 * Taps outside the image are skipped; where windows are inside sideways, three neighbouring pixels a pass. */
#ifndef NN_CONV_2D_LANES_F32_H
#define NN_CONV_2D_LANES_F32_H

#include "nn_lanes_f32.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  float low, high; /* clamp of the output */
} nn_conv_2d_lanes_f32_t;

/* How many pixels the pass from x on takes. */
NN_KERNEL int32_t nn_conv_2d_lane_pixels_f32(const nn_conv_2d_lanes_f32_t p, int32_t x) {
  const int32_t in_x = x * p.stride_w - p.pad_left, last = in_x + (NN_LANE_PIXELS - 1) * p.stride_w;
  const int inside = in_x >= 0 && last + (p.k_w - 1) * p.dilation_w < p.in_w;
  return inside && x + NN_LANE_PIXELS <= p.out_w ? NN_LANE_PIXELS : 1;
}

/* The sums of a pass: channels whose weights are at w; `in_c0` is the first input channel of their group. */
NN_KERNEL void nn_conv_2d_lane_taps_f32(const nn_conv_2d_lanes_f32_t p, nn_rows_f32 in, int32_t in_y,
                                        nn_taps_t rows, int32_t in_x, nn_taps_t columns, int32_t in_c0,
                                        const float *w, int32_t lanes, int32_t pixels, nn_lane_sums_t *sums) {
  const int together = p.dilation_w == 1 && p.k_c == p.in_c;
  const int32_t next = together ? columns.last - columns.first : 1;
  nn_lanes_clear_f32(sums);
  for (int32_t ky = rows.first; ky < rows.last; ++ky) {
    const float *row = nn_row_f32(in, in_y + ky * p.dilation_h, p.in_h) + in_c0;
    for (int32_t kx = columns.first; kx < columns.last; kx += next) {
      nn_lanes_add_f32(row + (in_x + kx * p.dilation_w) * p.in_c, p.stride_w * p.in_c,
                       w + (ky * p.k_w + kx) * p.k_c * lanes, next * p.k_c, lanes, pixels, sums);
    }
  }
}

/* Output rows [y0, y1). weights of [out_c][k_h][k_w][k_c] packed by groups, bias[out_c]. */
NN_KERNEL void nn_conv_2d_lanes_f32(const nn_conv_2d_lanes_f32_t p, nn_rows_f32 in, nn_rows_f32 out,
                                    const float *weights, const float *bias, int32_t y0, int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.k_c, group_c = p.out_c * p.k_c / p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    float *o = nn_row_f32(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w;) {
      const int32_t in_x = x * p.stride_w - p.pad_left, pixels = nn_conv_2d_lane_pixels_f32(p, x);
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      const float *w = weights;
      for (int32_t oc = 0; oc < p.out_c;) {
        const int32_t group = oc / group_c, lanes = nn_lanes((group + 1) * group_c - oc);
        nn_lane_sums_t sums;
        nn_conv_2d_lane_taps_f32(p, in, in_y, rows, in_x, columns, group * p.k_c, w, lanes, pixels, &sums);
        nn_lanes_store_f32(&sums, bias + oc, p.low, p.high, lanes, pixels, p.out_c, o + oc);
        oc += lanes;
        w += lanes * taps;
      }
      x += pixels;
      o += pixels * p.out_c;
    }
  }
}

#endif
