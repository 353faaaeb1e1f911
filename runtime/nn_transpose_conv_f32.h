/* TRANSPOSE_CONV, float32 (TFLite reference_ops::TransposeConv), summed in its order. Each output gathers the
 * inputs that reach it; two output channels a pass. */
#ifndef NN_TRANSPOSE_CONV_F32_H
#define NN_TRANSPOSE_CONV_F32_H

#include "nn_float.h"
#include "nn_rows.h"
#include "nn_transpose_conv.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left; /* rows and columns cut off the output */
  float low, high;           /* clamp of the output */
} nn_transpose_conv_f32_t;

/* Output pixel (y, x). */
NN_KERNEL void nn_transpose_conv_pixel_f32(const nn_transpose_conv_f32_t p, nn_rows_f32 in, float *out,
                                           const float *weights, const float *bias, int32_t y, int32_t x) {
  const nn_taps_t rows = nn_transposed(y, p.stride_h, p.pad_top, p.k_h, p.in_h);
  const nn_taps_t columns = nn_transposed(x, p.stride_w, p.pad_left, p.k_w, p.in_w);
  for (int32_t oc = 0; oc < p.out_c; oc += 2) {
    const int32_t both = oc + 1 < p.out_c;
    float acc[2] = {0.0f, 0.0f};
    for (int32_t i = rows.first; i < rows.last; ++i) {
      const float *row = nn_row_f32(in, i, p.in_h);
      const int32_t ky = y + p.pad_top - i * p.stride_h;
      for (int32_t j = columns.first; j < columns.last; ++j) {
        const int32_t kx = x + p.pad_left - j * p.stride_w;
        const float *a = row + j * p.in_c;
        const int32_t t0 = (oc * p.k_h + ky) * p.k_w + kx, t1 = t0 + both * p.k_h * p.k_w;
        const float *w0 = weights + t0 * p.in_c, *w1 = weights + t1 * p.in_c;
        for (int32_t c = 0; c < p.in_c; ++c) {
          acc[0] += a[c] * w0[c];
          acc[1] += a[c] * w1[c];
        }
      }
    }
    out[oc] = nn_clamp_f32(acc[0] + bias[oc], p.low, p.high);
    out[oc + both] = nn_clamp_f32(acc[both] + bias[oc + both], p.low, p.high);
  }
}

/* weights[out_c][k_h][k_w][in_c], bias[out_c]; output rows [y0, y1) */
NN_KERNEL void nn_transpose_conv_f32(const nn_transpose_conv_f32_t p, nn_rows_f32 in, nn_rows_f32 out,
                                     const float *weights, const float *bias, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    float *o = nn_row_f32(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.out_c) {
      nn_transpose_conv_pixel_f32(p, in, o, weights, bias, y, x);
    }
  }
}

#endif
