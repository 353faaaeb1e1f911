/* DEPTHWISE_CONV_2D with a kernel of up to 3x4, no dilation, multiplier 1, four channels or more; int8
 * (TFLite reference_integer_ops::DepthwiseConvPerChannel). By interleaved columns, see nn_columns_s8.h; a
 * strip of output pixels at a time. */
#ifndef NN_DEPTHWISE_CONV_2D_COLUMNS_S8_H
#define NN_DEPTHWISE_CONV_2D_COLUMNS_S8_H

#include "nn_columns_s8.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w;   /* input rows, columns */
  int32_t out_h, out_w; /* output */
  int32_t c;            /* channels, at least 4 */
  int32_t k_h, k_w;     /* kernel */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left;
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_ROUND_… */
  int32_t strip;             /* output pixels of a strip */
} nn_depthwise_conv_2d_columns_s8_t;

/* Interleaves the n columns from x on, of `channels` channels from rows[i] on; rows outside the image are
 * null. */
NN_KERNEL void nn_interleave_strip_s8(const nn_depthwise_conv_2d_columns_s8_t p, const int8_t *const rows[3],
                                      int32_t x, int32_t n, int32_t channels, int8_t *to) {
  int8_t zeros[NN_COLUMNS_CHANNELS];
  nn_fill_s8(zeros, p.in_zero, NN_COLUMNS_CHANNELS);
  const int32_t begin = nn_clamp(x, 0, p.in_w), end = nn_clamp(x + n, begin, p.in_w);
  const int8_t *const outside[3] = {zeros, zeros, zeros};
  const int32_t still[3] = {0, 0, 0};
  const int8_t *inside[3];
  int32_t step[3];
  for (int32_t i = 0; i < 3; ++i) {
    inside[i] = rows[i] ? rows[i] + begin * p.c : zeros;
    step[i] = rows[i] ? p.c : 0;
  }
  to = nn_interleave_s8(outside, still, channels, nn_clamp(-x, 0, n), to);
  to = nn_interleave_s8(inside, step, channels, end - begin, to);
  nn_interleave_s8(outside, still, channels, nn_clamp(x + n - p.in_w, 0, n), to);
}

/* Output pixels [x0, x0 + pixels) of a row. */
NN_KERNEL void nn_columns_strip_s8(const nn_depthwise_conv_2d_columns_s8_t p, const int8_t *const rows[3],
                                   int8_t *out, int8_t *columns, const int8_t *weights,
                                   const int32_t *channels, int32_t x0, int32_t pixels) {
  const int32_t block = p.c < NN_COLUMNS_CHANNELS ? p.c : NN_COLUMNS_CHANNELS;
  const int32_t n = (pixels - 1) * p.stride_w + p.k_w;
  for (int32_t first = 0; first < p.c; first += NN_COLUMNS_CHANNELS) {
    const int32_t from = first + block <= p.c ? first : p.c - block; /* the last block may overlap */
    const int8_t *at[3];
    for (int32_t i = 0; i < 3; ++i) {
      at[i] = rows[i] ? rows[i] + from : rows[i];
    }
    nn_interleave_strip_s8(p, at, x0 * p.stride_w - p.pad_left, n, block, columns);
    const int32_t left = p.c - first, groups = left >= NN_COLUMNS_CHANNELS ? 4 : left / 4;
    nn_columns_t t = {weights + 4 * p.k_w * first,
                      channels + 2 * first,
                      out + x0 * p.c + first,
                      groups,
                      pixels,
                      p.c,
                      p.out_zero,
                      p.stride_w * NN_COLUMNS_BYTES,
                      4 * p.k_w};
    if (groups > 0) {
      nn_columns_s8(&t, columns + 4 * (first - from), p.rounding);
    }
    if (left < NN_COLUMNS_CHANNELS && left % 4 != 0) {
      t.weights = weights + 4 * p.k_w * (p.c / 4 * 4);
      t.channels = channels + p.c / 4 * 8;
      t.out = out + x0 * p.c + p.c - 4;
      t.groups = 1;
      nn_columns_s8(&t, columns + 4 * (p.c - 4 - from), p.rounding);
    }
  }
}

/* Output rows [y0, y1). `columns` is scratch for the columns under a strip and 3 more. */
NN_KERNEL void nn_depthwise_conv_2d_columns_s8(const nn_depthwise_conv_2d_columns_s8_t p, nn_rows_s8 in,
                                               nn_rows_s8 out, int8_t *columns, const int8_t *weights,
                                               const int32_t *channels, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const int8_t *rows[3];
    for (int32_t i = 0; i < 3; ++i) {
      const int32_t in_y = y * p.stride_h - p.pad_top + i;
      rows[i] = i < p.k_h && in_y >= 0 && in_y < p.in_h ? nn_row_s8(in, in_y, p.in_h) : 0;
    }
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; x += p.strip) {
      const int32_t pixels = p.out_w - x < p.strip ? p.out_w - x : p.strip;
      nn_columns_strip_s8(p, rows, o, columns, weights, channels, x, pixels);
    }
    if (p.low > -128 || p.high < 127) {
      for (int32_t i = 0; i < p.out_w * p.c; ++i) {
        o[i] = nn_clamp_s8(o[i], p.low, p.high);
      }
    }
  }
}

#endif
