/* CONV_2D, float32 with weights that stand as float16 (TFLite reference_ops::Conv). Taps outside the image
 * are skipped; up to four neighbouring pixels by one output channel a pass, each sum in TFLite's order. */
#ifndef NN_CONV_2D_F16_H
#define NN_CONV_2D_F16_H

#include "nn_half.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  float low, high; /* clamp of the output */
} nn_conv_2d_f16_t;

/* sums[i] += a[i * step] . w for four pixels */
NN_KERNEL void nn_conv_2d_four_f16(const float *a, int32_t step, const uint16_t *w, int32_t n,
                                   float sums[4]) {
  const float *a1 = a + step, *a2 = a1 + step, *a3 = a2 + step;
  float s0 = sums[0], s1 = sums[1], s2 = sums[2], s3 = sums[3];
  for (int32_t i = 0; i < n; ++i) {
    const float v = nn_half_f32(w[i]);
    s0 += *a++ * v;
    s1 += *a1++ * v;
    s2 += *a2++ * v;
    s3 += *a3++ * v;
  }
  sums[0] = s0;
  sums[1] = s1;
  sums[2] = s2;
  sums[3] = s3;
}

/* One pixel of an output channel, where a window may lie partly outside sideways. */
NN_KERNEL float nn_conv_2d_pixel_f16(const nn_conv_2d_f16_t p, nn_rows_f32 in, int32_t in_y, nn_taps_t rows,
                                     int32_t in_x, int32_t in_c0, const uint16_t *w) {
  float sum = 0.0f;
  for (int32_t ky = rows.first; ky < rows.last; ++ky) {
    const float *row = nn_row_f32(in, in_y + ky * p.dilation_h, p.in_h) + in_c0;
    for (int32_t kx = 0; kx < p.k_w; ++kx) {
      const int32_t xx = in_x + kx * p.dilation_w;
      const uint16_t *v = w + (ky * p.k_w + kx) * p.k_c;
      for (int32_t c = 0; c < p.k_c && xx >= 0 && xx < p.in_w; ++c) {
        sum += row[xx * p.in_c + c] * nn_half_f32(v[c]);
      }
    }
  }
  return sum;
}

/* Whether pixels x to x + 3 exist and have windows inside the image sideways. */
NN_KERNEL int nn_conv_2d_fours_f16(const nn_conv_2d_f16_t p, int32_t x) {
  const int32_t in_x = x * p.stride_w - p.pad_left;
  return p.k_c == p.in_c && p.dilation_w == 1 && x + 4 <= p.out_w && in_x >= 0 &&
         in_x + 3 * p.stride_w + p.k_w <= p.in_w;
}

/* Output rows [y0, y1). weights[out_c][k_h][k_w][k_c], bias[out_c]. */
NN_KERNEL void nn_conv_2d_f16(const nn_conv_2d_f16_t p, nn_rows_f32 in, nn_rows_f32 out,
                              const uint16_t *weights, const float *bias, int32_t y0, int32_t y1) {
  const int32_t run = p.k_w * p.k_c, taps = p.k_h * run, group_c = p.out_c * p.k_c / p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    float *o = nn_row_f32(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w;) {
      const int32_t in_x = x * p.stride_w - p.pad_left, count = nn_conv_2d_fours_f16(p, x) ? 4 : 1;
      for (int32_t oc = 0; oc < p.out_c; ++oc) {
        const uint16_t *w = weights + oc * taps;
        float sums[4] = {0.0f, 0.0f, 0.0f, 0.0f};
        if (count == 1) {
          sums[0] = nn_conv_2d_pixel_f16(p, in, in_y, rows, in_x, oc / group_c * p.k_c, w);
        }
        for (int32_t ky = rows.first; ky < rows.last && count == 4; ++ky) {
          const float *a = nn_row_f32(in, in_y + ky * p.dilation_h, p.in_h) + in_x * p.in_c;
          nn_conv_2d_four_f16(a, p.stride_w * p.in_c, w + ky * run, run, sums);
        }
        for (int32_t i = 0; i < count; ++i) {
          o[i * p.out_c + oc] = nn_clamp_f32(sums[i] + bias[oc], p.low, p.high);
        }
      }
      x += count;
      o += count * p.out_c;
    }
  }
}

#endif
