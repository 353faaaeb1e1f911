/* DEPTHWISE_CONV_2D with a 3x3 kernel, stride 1 or 2 sideways, no dilation, multiplier 1, at most one row or
 * column of the window outside the image; int8 (TFLite reference_integer_ops::DepthwiseConvPerChannel).
 * Row by row, see nn_depthwise_3x3_s8.h; layers share the loops. */
#ifndef NN_DEPTHWISE_CONV_2D_3X3_S8_H
#define NN_DEPTHWISE_CONV_2D_3X3_S8_H

#include "nn_depthwise_3x3_s8.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w;   /* input rows, columns */
  int32_t out_h, out_w; /* output */
  int32_t c;            /* channels */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left; /* 0 or 1 */
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_ROUND_… */
} nn_depthwise_conv_2d_3x3_s8_t;

NN_SHARED void nn_depthwise_3x3_row_1_s8(const nn_depthwise_3x3_t *t) {
  nn_depthwise_3x3_row_s8(t, 1, NN_ROUND_AWAY);
}

NN_SHARED void nn_depthwise_3x3_row_2_s8(const nn_depthwise_3x3_t *t) {
  nn_depthwise_3x3_row_s8(t, 2, NN_ROUND_AWAY);
}

NN_SHARED void nn_depthwise_3x3_row_1_up_s8(const nn_depthwise_3x3_t *t) {
  nn_depthwise_3x3_row_s8(t, 1, NN_ROUND_UP);
}

/* Output rows [y0, y1). weights[c][9], packed as above. */
NN_KERNEL void nn_depthwise_conv_2d_3x3_s8(const nn_depthwise_conv_2d_3x3_s8_t p, nn_rows_s8 in,
                                           nn_rows_s8 out, const int8_t *weights,
                                           const nn_packed_channel_t *channels, int32_t y0, int32_t y1) {
  const int cut = (p.out_w - 1) * p.stride_w + 2 - p.pad_left >= p.in_w;
  nn_depthwise_3x3_t t;
  t.outside_left = p.pad_left;
  t.outside_right = cut;
  t.c = p.c;
  t.pixels = p.out_w;
  t.in_zero = p.in_zero;
  t.out_zero = p.out_zero;
  t.weights = weights;
  t.channels = channels;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    t.outside0 = in_y < 0;
    t.outside2 = in_y + 2 >= p.in_h;
    t.row1 = nn_row_s8(in, in_y + 1, p.in_h);
    t.row0 = t.outside0 ? t.row1 : nn_row_s8(in, in_y, p.in_h);
    t.row2 = t.outside2 ? t.row1 : nn_row_s8(in, in_y + 2, p.in_h);
    t.out = nn_row_s8(out, y, p.out_h);
    if (p.rounding == NN_ROUND_UP && p.stride_w == 1 && p.pad_left == 1 && cut && p.out_w > 1) {
      nn_depthwise_3x3_same_s8(&t);
    } else if (p.rounding == NN_ROUND_UP) {
      p.stride_w == 1 ? nn_depthwise_3x3_row_1_up_s8(&t) : nn_depthwise_3x3_row_2_up_s8(&t);
    } else {
      p.stride_w == 1 ? nn_depthwise_3x3_row_1_s8(&t) : nn_depthwise_3x3_row_2_s8(&t);
    }
    if (p.low > -128 || p.high < 127) {
      for (int32_t i = 0; i < p.out_w * p.c; ++i) {
        t.out[i] = nn_clamp_s8(t.out[i], p.low, p.high);
      }
    }
  }
}

#endif
