/* CONV_2D, int8 with packed weights of four bits (TFLite reference_integer_ops::ConvPerChannel), or with
 * indices of four bits into values of weights (nn_conv_2d_lut_s8.h). Taps outside of the image read a row of
 * zero points. Four output channels a pass. */
#ifndef NN_CONV_2D_S4_H
#define NN_CONV_2D_S4_H

#include "nn_int4.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t out_zero;  /* zero point of the output; the input's is in the biases */
  int32_t low, high; /* clamp of the output */
  int32_t rounding;  /* NN_SHIFT_… */
  int32_t step;      /* values of the next channel: 16 behind, or 0 for the same; of indices only */
} nn_conv_2d_s4_t;

/* acc[c] += in.wc for four channels: nibbles of w are weights, or indices where there are values. */
NN_KERNEL const uint32_t *nn_conv_2d_run_s4(const nn_conv_2d_s4_t p, const int8_t *in, const uint32_t *w,
                                            const int8_t *values, int32_t n, int32_t acc[4]) {
  return values ? nn_dot_1x4_lut(in, w, values, p.step, n, acc) : nn_dot_1x4_s4(in, w, n, acc);
}

/* Adds the products of the window at column in_x with the weights of four output channels. */
NN_KERNEL void nn_conv_2d_window_s4(const nn_conv_2d_s4_t p, nn_rows_s8 in, int32_t in_y, int32_t in_x,
                                    const uint32_t *w, const int8_t *values, const int8_t *outside,
                                    int32_t acc[4]) {
  /* Taps that are neighbours in memory are one run. */
  const int whole = p.dilation_w == 1 && p.in_c % 8 == 0 && in_x >= 0 && in_x + p.k_w <= p.in_w;
  for (int32_t ky = 0; ky < p.k_h; ++ky) {
    const int32_t y = in_y + ky * p.dilation_h;
    const int inside = y >= 0 && y < p.in_h;
    const int8_t *row = nn_row_s8(in, inside ? y : 0, p.in_h);
    if (whole && inside) {
      w = nn_conv_2d_run_s4(p, row + in_x * p.in_c, w, values, p.k_w * p.in_c, acc);
      continue;
    }
    for (int32_t kx = 0; kx < p.k_w; ++kx) {
      const int32_t x = in_x + kx * p.dilation_w;
      const int8_t *tap = inside && x >= 0 && x < p.in_w ? row + x * p.in_c : outside;
      w = nn_conv_2d_run_s4(p, tap, w, values, p.in_c, acc);
    }
  }
}

/* Output rows [y0, y1). Weights of four channels stand together, taps in order, each in eights of channels;
 * channels[out_c in fours], outside[in_c]; values[out_c in fours or 1][16], or none. */
NN_KERNEL void nn_conv_2d_nibbles(const nn_conv_2d_s4_t p, nn_rows_s8 in, nn_rows_s8 out,
                                  const uint32_t *weights, const int8_t *values, const nn_channel_t *channels,
                                  const int8_t *outside, int32_t y0, int32_t y1) {
  const int32_t words = p.k_h * p.k_w * ((p.in_c + 7) / 8);
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.out_c) {
      for (int32_t oc = 0; oc < p.out_c; oc += 4) {
        const nn_channel_t *c = channels + oc;
        int32_t acc[4] = {c[0].bias, c[1].bias, c[2].bias, c[3].bias};
        nn_conv_2d_window_s4(p, in, y * p.stride_h - p.pad_top, x * p.stride_w - p.pad_left,
                             weights + oc * words, values ? values + oc * p.step : values, outside, acc);
        for (int32_t i = 0; i < 4 && oc + i < p.out_c; ++i) {
          o[oc + i] = nn_output_s8(acc[i], c + i, p.rounding, p.out_zero, p.low, p.high);
        }
      }
    }
  }
}

NN_KERNEL void nn_conv_2d_s4(const nn_conv_2d_s4_t p, nn_rows_s8 in, nn_rows_s8 out, const uint32_t *weights,
                             const nn_channel_t *channels, const int8_t *outside, int32_t y0, int32_t y1) {
  nn_conv_2d_nibbles(p, in, out, weights, (const int8_t *)0, channels, outside, y0, y1);
}

#endif
