/* DEPTHWISE_CONV_2D, int8 with weights or bias that are computed at run time (TFLite
 * reference_integer_ops::DepthwiseConvPerChannel). Taps outside the image are skipped; two output channels a
 * pass. */
#ifndef NN_DEPTHWISE_CONV_2D_ANY_S8_H
#define NN_DEPTHWISE_CONV_2D_ANY_S8_H

#include "isa/api.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c; /* input rows, columns, channels */
  int32_t out_h, out_w;     /* output rows, columns */
  int32_t multiplier;       /* output channels for each input channel */
  int32_t k_h, k_w;         /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
} nn_depthwise_conv_2d_any_s8_t;

/* Output rows [y0, y1). weights[k_h][k_w][in_c * multiplier], channels[in_c * multiplier]. */
NN_KERNEL void nn_depthwise_conv_2d_any_s8(const nn_depthwise_conv_2d_any_s8_t p, nn_rows_s8 in,
                                           nn_rows_s8 out, const int8_t *weights,
                                           const nn_channel_t *channels, int32_t y0, int32_t y1) {
  const int32_t out_c = p.in_c * p.multiplier;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t oc = 0; oc < out_c; oc += 2) {
        const int both = oc + 1 < out_c;
        const int32_t c0 = oc / p.multiplier, c1 = (oc + both) / p.multiplier;
        int32_t acc[2] = {channels[oc].bias, channels[oc + both].bias};
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          const int8_t *row = nn_row_s8(in, in_y + ky * p.dilation_h, p.in_h);
          const int8_t *w = weights + ky * p.k_w * out_c + oc;
          for (int32_t kx = columns.first; kx < columns.last; ++kx) {
            const int8_t *a = row + (in_x + kx * p.dilation_w) * p.in_c;
            acc[0] += (a[c0] - p.in_zero) * w[kx * out_c];
            acc[1] += (a[c1] - p.in_zero) * w[kx * out_c + both];
          }
        }
        o[oc] = nn_output_s8(acc[0], channels + oc, NN_SHIFT_ANY, p.out_zero, p.low, p.high);
        o[oc + both] = nn_output_s8(acc[both], channels + oc + both, NN_SHIFT_ANY, p.out_zero, p.low, p.high);
      }
    }
  }
}

#endif
