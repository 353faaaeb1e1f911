/* DEPTHWISE_CONV_2D, float32 (TFLite reference_ops::DepthwiseConv), one output channel for each of 4 or more
 * input channels, which are the lanes of vectors. Taps outside the image are skipped; where windows are
 * inside sideways, four neighbouring pixels a pass. Each sum adds in TFLite's order, the bias last. */
#ifndef NN_DEPTHWISE_CONV_2D_LANES_F32_H
#define NN_DEPTHWISE_CONV_2D_LANES_F32_H

#include "nn_float.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w;   /* input rows, columns */
  int32_t out_h, out_w; /* output rows, columns */
  int32_t c;            /* channels, at least 4 */
  int32_t k_h, k_w;     /* kernel, of at most NN_LANE_ROWS rows */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  float low, high; /* clamp of the output */
} nn_depthwise_conv_2d_lanes_f32_t;

enum { NN_LANE_ROWS = 8, NN_LANE_STRIP = 4 };

/* The taps of some pixels that are inside the image: rows[ky][at] is the first of the first pixel. */
typedef struct {
  const float *rows[NN_LANE_ROWS];
  int32_t count;  /* of rows */
  int32_t at;     /* in each row */
  int32_t taps;   /* in each row */
  const float *w; /* of the first tap; those of the next row follow k_w * c behind */
} nn_lane_window_t;

/* nn_depthwise_lanes_f32(p, window, pixels, bias, out): all channels of `pixels`, 1 or NN_LANE_STRIP */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2) && defined(__GNUC__)
#include "isa/depthwise_lanes_mve.h"
#else
#include "isa/depthwise_lanes_portable.h"
#endif

/* Output rows [y0, y1). weights[k_h][k_w][c], bias[c]. */
NN_KERNEL void nn_depthwise_conv_2d_lanes_f32(const nn_depthwise_conv_2d_lanes_f32_t p, nn_rows_f32 in,
                                              nn_rows_f32 out, const float *weights, const float *bias,
                                              int32_t y0, int32_t y1) {
  const int32_t reach = (NN_LANE_STRIP - 1) * p.stride_w + (p.k_w - 1) * p.dilation_w;
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    float *o = nn_row_f32(out, y, p.out_h);
    nn_lane_window_t window;
    window.count = rows.last - rows.first;
    for (int32_t ky = rows.first; ky < rows.last; ++ky) {
      window.rows[ky - rows.first] = nn_row_f32(in, y * p.stride_h - p.pad_top + ky * p.dilation_h, p.in_h);
    }
    for (int32_t x = 0; x < p.out_w;) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      window.taps = columns.last - columns.first;
      window.at = (in_x + columns.first * p.dilation_w) * p.c;
      window.w = weights + (rows.first * p.k_w + columns.first) * p.c;
      if (in_x >= 0 && in_x + reach < p.in_w && x + NN_LANE_STRIP <= p.out_w) {
        nn_depthwise_lanes_f32(p, &window, NN_LANE_STRIP, bias, o);
        x += NN_LANE_STRIP;
        o += NN_LANE_STRIP * p.c;
      } else {
        nn_depthwise_lanes_f32(p, &window, 1, bias, o);
        x += 1;
        o += p.c;
      }
    }
  }
}

#endif
