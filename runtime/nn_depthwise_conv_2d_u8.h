/* DEPTHWISE_CONV_2D, int16 activations and int8 weights (TFLite
 * reference_integer_ops::DepthwiseConvPerChannel). Taps outside the image are skipped; two output channels a
 * pass. */
#ifndef NN_DEPTHWISE_CONV_2D_U8_H
#define NN_DEPTHWISE_CONV_2D_U8_H

#include "nn_rows.h"
#include "nn_u8.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c; /* input rows, columns, channels */
  int32_t out_h, out_w;     /* output rows, columns */
  int32_t multiplier;       /* output channels for each input channel */
  int32_t k_h, k_w;         /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t in_zero, weights_zero, out_zero; /* zero points */
  int32_t factor, shift;                   /* of a sum: factor * 2^(shift - 31) */
  int32_t low, high;                       /* clamp of the output */
} nn_depthwise_conv_2d_u8_t;

/* Output rows [y0, y1). weights[k_h][k_w][in_c * multiplier], bias[in_c * multiplier]. */
NN_KERNEL void nn_depthwise_conv_2d_u8(const nn_depthwise_conv_2d_u8_t p, nn_rows_u8 in, nn_rows_u8 out,
                                       const uint8_t *weights, const int32_t *bias, int32_t y0, int32_t y1) {
  const int32_t out_c = p.in_c * p.multiplier;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    uint8_t *o = nn_row_u8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t oc = 0; oc < out_c; oc += 2) {
        const int both = oc + 1 < out_c;
        const int32_t c0 = oc / p.multiplier, c1 = (oc + both) / p.multiplier;
        int32_t acc[2] = {bias[oc], bias[oc + both]};
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          const uint8_t *row = nn_row_u8(in, in_y + ky * p.dilation_h, p.in_h);
          const uint8_t *w = weights + ky * p.k_w * out_c + oc;
          for (int32_t kx = columns.first; kx < columns.last; ++kx) {
            const uint8_t *a = row + (in_x + kx * p.dilation_w) * p.in_c;
            acc[0] += (a[c0] - p.in_zero) * (w[kx * out_c] - p.weights_zero);
            acc[1] += (a[c1] - p.in_zero) * (w[kx * out_c + both] - p.weights_zero);
          }
        }
        const int32_t first = nn_requantize(acc[0], p.factor, p.shift),
                      second = nn_requantize(acc[both], p.factor, p.shift);
        o[oc] = (uint8_t)nn_clamp(first + p.out_zero, p.low, p.high);
        o[oc + both] = (uint8_t)nn_clamp(second + p.out_zero, p.low, p.high);
      }
    }
  }
}

#endif
