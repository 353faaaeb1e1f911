/* DEPTHWISE_CONV_2D with a 3x3 kernel, stride 1 or 2 sideways, no dilation, multiplier 1, at most one row or
 * column of the window outside the image; int8 (TFLite reference_integer_ops::DepthwiseConvPerChannel).
 *
 * Channel by channel along a row, the weights and the requantisation of a channel stay in registers. Input
 * columns are taken one after the other: a column of three pixels, loaded once, goes into the sums of all
 * output pixels that it belongs to. The input's zero point is folded into the biases, so a column outside
 * counts as three zero points; a row outside gets weights 0 and adds its zero points to the bias.
 */
#ifndef NN_DEPTHWISE_CONV_2D_3X3_S8_H
#define NN_DEPTHWISE_CONV_2D_3X3_S8_H

#include "isa/api.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w;   /* input rows, columns */
  int32_t out_h, out_w; /* output */
  int32_t c;            /* channels */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left; /* 0 or 1 */
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_SHIFT_… */
} nn_depthwise_conv_2d_3x3_s8_t;

/* Column k of the kernel: rows 0 and 1 in top[k], row 2 in bottom01 (columns 0 and 1) and bottom2. */
typedef struct {
  nn_pair_t top[3], bottom01;
  int32_t bottom2;
} nn_weights_3x3_t;

/* Three input pixels above each other: rows 0 and 1, row 2. */
typedef struct {
  nn_pair_t top;
  int32_t bottom;
} nn_column_3_t;

/* The rows of the input under the window at one channel: base pointers, and whether row 0 or 2 is outside. */
typedef struct {
  const int8_t *row[3];
  int outside0, outside2;
} nn_window_3_t;

NN_KERNEL nn_column_3_t nn_column_3_s8(const nn_window_3_t in, int32_t offset) {
  const nn_column_3_t column = {nn_pair(in.row[0][offset], in.row[1][offset]), in.row[2][offset]};
  return column;
}

/* acc + the column times column k of the kernel */
NN_KERNEL int32_t nn_mac_column_3(nn_column_3_t column, const nn_weights_3x3_t *w, int k, int32_t acc) {
  const int32_t top = nn_dot_pair(column.top, w->top[k], acc);
  return k == 0   ? nn_scale_low(column.bottom, w->bottom01, top)
         : k == 1 ? nn_scale_high(column.bottom, w->bottom01, top)
                  : top + column.bottom * w->bottom2;
}

/* The weights of one channel, packed by the compiler as {00, 01, 10, 11}, {02, 20, 12, 21}, 22 (row,
 * column), which load as pairs. Rows outside are cleared; what they count goes to the bias. */
NN_KERNEL nn_weights_3x3_t nn_weights_3x3_s8(const int8_t *packed, const nn_window_3_t in, int32_t in_zero,
                                             int32_t *bias) {
  nn_weights_3x3_t w;
  nn_load_pairs_s8(packed, &w.top[0], &w.top[1]);
  nn_load_pairs_s8(packed + 4, &w.top[2], &w.bottom01);
  w.bottom2 = packed[8];
  if (in.outside0) {
    for (int k = 0; k < 3; ++k) {
      *bias = nn_scale_low(in_zero, w.top[k], *bias);
      w.top[k] = nn_pair_high(w.top[k]);
    }
  }
  if (in.outside2) {
    *bias = nn_dot_pair(nn_pair(in_zero, in_zero), w.bottom01, *bias) + in_zero * w.bottom2;
    w.bottom01 = nn_pair(0, 0);
    w.bottom2 = 0;
  }
  return w;
}

/* One channel of one output row; `in` and `out` point at the channel in the first pixel. */
NN_KERNEL void nn_depthwise_conv_2d_3x3_channel_s8(const nn_depthwise_conv_2d_3x3_s8_t p,
                                                   const nn_window_3_t in, int8_t *out, const int8_t *packed,
                                                   nn_channel_t channel) {
  const nn_weights_3x3_t w = nn_weights_3x3_s8(packed, in, p.in_zero, &channel.bias);
  const nn_column_3_t zero = {nn_pair(p.in_zero, p.in_zero), p.in_zero};
  /* Is the last column of the last window beyond the image? */
  const int cut = (p.out_w - 1) * p.stride_w + 2 - p.pad_left >= p.in_w;
  int8_t *const end = out + (p.out_w - cut) * p.c;
  int32_t offset = (2 - p.pad_left) * p.c; /* of the next column */
  nn_column_3_t column = p.pad_left ? zero : nn_column_3_s8(in, 0);
  int32_t acc = nn_mac_column_3(column, &w, 0, channel.bias), next = 0;
  if (p.stride_w == 1) {
    column = nn_column_3_s8(in, offset - p.c);
    acc = nn_mac_column_3(column, &w, 1, acc);
    next = nn_mac_column_3(column, &w, 0, channel.bias);
  }
  for (; out != end; out += p.c) {
    if (p.stride_w == 2) {
      acc = nn_mac_column_3(nn_column_3_s8(in, offset - p.c), &w, 1, acc);
    }
    column = nn_column_3_s8(in, offset);
    offset += p.stride_w * p.c;
    acc = nn_mac_column_3(column, &w, 2, acc);
    *out = nn_output_s8(acc, &channel, p.rounding, p.out_zero, p.low, p.high);
    if (p.stride_w == 1) {
      acc = nn_mac_column_3(column, &w, 1, next);
      next = nn_mac_column_3(column, &w, 0, channel.bias);
    } else {
      acc = nn_mac_column_3(column, &w, 0, channel.bias);
    }
  }
  if (cut) {
    if (p.stride_w == 2) {
      acc = nn_mac_column_3(nn_column_3_s8(in, offset - p.c), &w, 1, acc);
    }
    acc = nn_mac_column_3(zero, &w, 2, acc);
    *out = nn_output_s8(acc, &channel, p.rounding, p.out_zero, p.low, p.high);
  }
}

/* Output rows [y0, y1). weights[c][9], packed as above. */
NN_KERNEL void nn_depthwise_conv_2d_3x3_s8(const nn_depthwise_conv_2d_3x3_s8_t p, nn_rows_s8 in,
                                           nn_rows_s8 out, const int8_t *weights,
                                           const nn_channel_t *channels, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    nn_window_3_t window;
    window.outside0 = in_y < 0;
    window.outside2 = in_y + 2 >= p.in_h;
    window.row[1] = nn_row_s8(in, in_y + 1, p.in_h);
    window.row[0] = window.outside0 ? window.row[1] : nn_row_s8(in, in_y, p.in_h);
    window.row[2] = window.outside2 ? window.row[1] : nn_row_s8(in, in_y + 2, p.in_h);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t c = 0; c < p.c; ++c) {
      nn_depthwise_conv_2d_3x3_channel_s8(p, window, o + c, weights + 9 * c, channels[c]);
      ++window.row[0];
      ++window.row[1];
      ++window.row[2];
    }
  }
}

#endif
