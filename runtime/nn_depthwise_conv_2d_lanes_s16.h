/* DEPTHWISE_CONV_2D, int16 activations and int8 weights, one output channel for each of 8 or more input
 * channels, which are the lanes of vectors; sums have 32 bits, as the compiler has proved. Taps outside the
 * image are skipped; where windows are inside sideways, two neighbouring pixels a pass. */
#ifndef NN_DEPTHWISE_CONV_2D_LANES_S16_H
#define NN_DEPTHWISE_CONV_2D_LANES_S16_H

#include "nn_rows.h"
#include "nn_s16.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w;   /* input rows, columns */
  int32_t out_h, out_w; /* output rows, columns */
  int32_t c;            /* channels, at least 8 */
  int32_t k_h, k_w;     /* kernel, of at most NN_LANE_ROWS_S16 rows */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t low, high; /* clamp of the output */
} nn_depthwise_conv_2d_lanes_s16_t;

enum { NN_LANE_ROWS_S16 = 8 };

/* Lanes are constants of 8 channels, NN_S16_NARROW: of those with even numbers, then of those with odd ones 4
 * biases each, then so multipliers, then shifts to the left. */
enum { NN_LANE_CONSTANTS_S16 = 24 };

/* The taps of two pixels, or of one, that are inside the image: rows[ky][at] is the first of the first. */
typedef struct {
  const int16_t *rows[NN_LANE_ROWS_S16];
  int32_t count;    /* of rows */
  int32_t at, taps; /* in each row */
  int32_t pixels;
  const int8_t *w; /* of the first tap; those of the next row follow k_w * c behind */
} nn_lane_window_s16_t;

/* nn_depthwise_lanes_s16(p, window, lanes, out): all channels of the window's pixels; the last 8 channels
 * have the last lanes */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/depthwise_lanes_s16_mve.h"
#else
#include "isa/depthwise_lanes_s16_portable.h"
#endif

/* Output rows [y0, y1). weights[k_h][k_w][c], lanes of 8 channels each. */
NN_KERNEL void nn_depthwise_conv_2d_lanes_s16(const nn_depthwise_conv_2d_lanes_s16_t p, nn_rows_s16 in,
                                              nn_rows_s16 out, const int8_t *weights, const int32_t *lanes,
                                              int32_t y0, int32_t y1) {
  const int32_t reach = p.stride_w + (p.k_w - 1) * p.dilation_w;
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    int16_t *o = nn_row_s16(out, y, p.out_h);
    nn_lane_window_s16_t window;
    window.count = rows.last - rows.first;
    for (int32_t ky = rows.first; ky < rows.last; ++ky) {
      window.rows[ky - rows.first] = nn_row_s16(in, y * p.stride_h - p.pad_top + ky * p.dilation_h, p.in_h);
    }
    for (int32_t x = 0; x < p.out_w; x += window.pixels, o += window.pixels * p.c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      window.pixels = in_x >= 0 && in_x + reach < p.in_w && x + 1 < p.out_w ? 2 : 1;
      window.taps = columns.last - columns.first;
      window.at = (in_x + columns.first * p.dilation_w) * p.c;
      window.w = weights + (rows.first * p.k_w + columns.first) * p.c;
      nn_depthwise_lanes_s16(&p, &window, lanes, o);
    }
  }
}

#endif
