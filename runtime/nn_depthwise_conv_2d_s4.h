/* DEPTHWISE_CONV_2D, int8 with packed weights of four bits and as many output as input channels (TFLite
 * reference_integer_ops::DepthwiseConvPerChannel), or with indices of four bits into values of weights
 * (nn_depthwise_conv_2d_lut_s8.h). Taps outside the image are skipped; four channels a pass. */
#ifndef NN_DEPTHWISE_CONV_2D_S4_H
#define NN_DEPTHWISE_CONV_2D_S4_H

#include "nn_int4.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c; /* input rows, columns, channels */
  int32_t out_h, out_w;     /* output rows, columns */
  int32_t k_h, k_w;         /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_SHIFT_… */
  int32_t step;              /* values of the next channel: 16 behind, or 0 for the same; of indices only */
} nn_depthwise_conv_2d_s4_t;

/* acc[i] += 4096 * (a[i] - zero) * nibble i of w, for four channels; `minus` is the pair of -zero */
NN_KERNEL void nn_depthwise_tap_s4(const int8_t *a, nn_pair_t minus, uint32_t w, int32_t acc[4]) {
  nn_pair_t even, odd, w_even, w_odd;
  nn_load_pairs_plus_s8(a, minus, &even, &odd);
  nn_load_pairs_s4(w, &w_even, &w_odd);
  acc[0] = nn_mac_low(even, w_even, acc[0]);
  acc[1] = nn_mac_low(odd, w_odd, acc[1]);
  acc[2] = nn_mac_high(even, w_even, acc[2]);
  acc[3] = nn_mac_high(odd, w_odd, acc[3]);
}

/* The same with indices of values, not times 4096. */
NN_KERNEL void nn_depthwise_tap_lut(const int8_t *a, int32_t in_zero, uint32_t w, const int8_t *values,
                                    int32_t step, int32_t acc[4]) {
  for (int32_t i = 0; i < 4; ++i) {
    acc[i] += (a[i] - in_zero) * values[i * step + (int32_t)(w >> (4 * i) & 15u)];
  }
}

/* Output rows [y0, y1). weights[k_h][k_w][in_c in fours], channels[in_c]; fewer than 256 taps;
 * values[in_c or 1][16], or none. */
NN_KERNEL void nn_depthwise_conv_2d_nibbles(const nn_depthwise_conv_2d_s4_t p, nn_rows_s8 in, nn_rows_s8 out,
                                            const uint16_t *weights, const int8_t *values,
                                            const nn_channel_t *channels, int32_t y0, int32_t y1) {
  const nn_pair_t minus = nn_pair(-p.in_zero, -p.in_zero);
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.in_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t c = 0; c < p.in_c; c += 4) {
        int32_t acc[4] = {0, 0, 0, 0};
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          const int8_t *row = nn_row_s8(in, in_y + ky * p.dilation_h, p.in_h) + c;
          const int8_t *a = row + (in_x + columns.first * p.dilation_w) * p.in_c;
          const uint16_t *w = weights + ((ky * p.k_w + columns.first) * p.in_c + c) / 4;
          for (int32_t kx = columns.first; kx < columns.last; ++kx) {
            if (values) {
              nn_depthwise_tap_lut(a, p.in_zero, *w, values + c * p.step, p.step, acc);
            } else {
              nn_depthwise_tap_s4(a, minus, *w, acc);
            }
            a += p.dilation_w * p.in_c;
            w += p.in_c / 4;
          }
        }
        for (int32_t i = 0; i < 4; ++i) {
          const nn_channel_t *channel = channels + c + i;
          const int32_t sum = (values ? acc[i] : acc[i] >> 12) + channel->bias;
          o[c + i] = nn_output_s8(sum, channel, p.rounding, p.out_zero, p.low, p.high);
        }
      }
    }
  }
}

NN_KERNEL void nn_depthwise_conv_2d_s4(const nn_depthwise_conv_2d_s4_t p, nn_rows_s8 in, nn_rows_s8 out,
                                       const uint16_t *weights, const nn_channel_t *channels, int32_t y0,
                                       int32_t y1) {
  nn_depthwise_conv_2d_nibbles(p, in, out, weights, (const int8_t *)0, channels, y0, y1);
}

#endif
