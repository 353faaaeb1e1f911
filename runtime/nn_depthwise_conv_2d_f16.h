/* DEPTHWISE_CONV_2D, float32 with weights that stand as float16 (TFLite reference_ops::DepthwiseConv). Taps
 * outside the image are skipped; two output channels a pass. */
#ifndef NN_DEPTHWISE_CONV_2D_F16_H
#define NN_DEPTHWISE_CONV_2D_F16_H

#include "nn_half.h"
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
  float low, high; /* clamp of the output */
} nn_depthwise_conv_2d_f16_t;

/* Output rows [y0, y1). weights[k_h][k_w][in_c * multiplier], bias[in_c * multiplier]. */
NN_KERNEL void nn_depthwise_conv_2d_f16(const nn_depthwise_conv_2d_f16_t p, nn_rows_f32 in, nn_rows_f32 out,
                                        const uint16_t *weights, const float *bias, int32_t y0, int32_t y1) {
  const int32_t out_c = p.in_c * p.multiplier;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    float *o = nn_row_f32(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += out_c) {
      const int32_t in_x = x * p.stride_w - p.pad_left;
      const nn_taps_t columns =
          nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
      for (int32_t oc = 0; oc < out_c; oc += 2) {
        const int both = oc + 1 < out_c;
        const int32_t c0 = oc / p.multiplier, c1 = (oc + both) / p.multiplier;
        float s0 = 0.0f, s1 = 0.0f; /* the bias comes last, as in TFLite */
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          const float *row = nn_row_f32(in, in_y + ky * p.dilation_h, p.in_h);
          const uint16_t *w = weights + ky * p.k_w * out_c + oc;
          for (int32_t kx = columns.first; kx < columns.last; ++kx) {
            const float *a = row + (in_x + kx * p.dilation_w) * p.in_c;
            s0 += a[c0] * nn_half_f32(w[kx * out_c]);
            s1 += a[c1] * nn_half_f32(w[kx * out_c + both]);
          }
        }
        o[oc] = nn_clamp_f32(s0 + bias[oc], p.low, p.high);
        o[oc + both] = nn_clamp_f32(s1 + bias[oc + both], p.low, p.high);
      }
    }
  }
}

#endif
