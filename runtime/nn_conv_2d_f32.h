/* CONV_2D, float32 (TFLite reference_ops::Conv). Taps outside the image are skipped. */
#ifndef NN_CONV_2D_F32_H
#define NN_CONV_2D_F32_H

#include "nn_float.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  float low, high; /* clamp of the output */
} nn_conv_2d_f32_t;

/* sum over the taps inside the image for output channels at w0 and w1 */
NN_KERNEL void nn_conv_2d_pixel_f32(const nn_conv_2d_f32_t p, nn_rows_f32 in, int32_t in_y, int32_t in_x,
                                    int32_t in_c0, const float *w0, const float *w1, float sum[2]) {
  float s0 = 0.0f, s1 = 0.0f;
  for (int32_t ky = 0; ky < p.k_h; ++ky) {
    const int32_t yy = in_y + ky * p.dilation_h;
    if (yy < 0 || yy >= p.in_h) {
      continue;
    }
    const float *row = nn_row_f32(in, yy, p.in_h) + in_c0;
    for (int32_t kx = 0; kx < p.k_w; ++kx) {
      const int32_t xx = in_x + kx * p.dilation_w;
      if (xx < 0 || xx >= p.in_w) {
        continue;
      }
      const float *a = row + xx * p.in_c;
      const float *v0 = w0 + (ky * p.k_w + kx) * p.k_c, *v1 = w1 + (ky * p.k_w + kx) * p.k_c;
      for (int32_t c = 0; c < p.k_c; ++c) {
        s0 += a[c] * v0[c];
        s1 += a[c] * v1[c];
      }
    }
  }
  sum[0] = s0;
  sum[1] = s1;
}

/* Output rows [y0, y1). weights[out_c][k_h][k_w][k_c], bias[out_c]. */
NN_KERNEL void nn_conv_2d_f32(const nn_conv_2d_f32_t p, nn_rows_f32 in, nn_rows_f32 out, const float *weights,
                              const float *bias, int32_t y0, int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.k_c;
  const int32_t group_c = p.out_c * p.k_c / p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    float *o = nn_row_f32(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.out_c) {
      for (int32_t oc = 0; oc < p.out_c;) {
        const int both = (oc + 1) % group_c != 0;
        const float *w0 = weights + oc * taps;
        float sum[2];
        nn_conv_2d_pixel_f32(p, in, y * p.stride_h - p.pad_top, x * p.stride_w - p.pad_left,
                             oc / group_c * p.k_c, w0, both ? w0 + taps : w0, sum);
        o[oc] = nn_clamp_f32(sum[0] + bias[oc], p.low, p.high);
        o[oc + both] = nn_clamp_f32(sum[both] + bias[oc + both], p.low, p.high);
        oc += 1 + both;
      }
    }
  }
}

#endif
