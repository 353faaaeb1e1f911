/* CONV_2D, float32 (TFLite reference_ops::Conv). Taps outside the image are skipped. Where windows are inside
 * sideways, four neighbouring pixels by two output channels are computed a pass: each sum in TFLite's order.
 */
#ifndef NN_CONV_2D_F32_H
#define NN_CONV_2D_F32_H

#include "nn_rows.h"
#include "nn_sums_f32.h"
#include "nn_window.h"

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

/* Pixels (y, x) to (y, x + 3) of channels at w0 and w1, all taps of rows `rows` inside sideways. */
NN_KERNEL nn_sums_4x2_t nn_conv_2d_tile_f32(const nn_conv_2d_f32_t p, nn_rows_f32 in, int32_t in_y,
                                            nn_taps_t rows, int32_t in_x, const float *w0, const float *w1) {
  const int32_t run = p.k_w * p.k_c, step = p.stride_w * p.in_c;
  nn_sums_4x2_t s = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
  for (int32_t ky = rows.first; ky < rows.last; ++ky) {
    const float *a0 = nn_row_f32(in, in_y + ky * p.dilation_h, p.in_h) + in_x * p.in_c;
    const float *a1 = a0 + step, *a2 = a1 + step, *a3 = a2 + step;
    const float *v0 = w0 + ky * run, *v1 = w1 + ky * run, *const end = v0 + run;
    if (run % 2 == 1) {
      nn_step_4x2_f32(a0++, a1++, a2++, a3++, v0++, v1++, &s);
    }
    while (v0 != end) {
      nn_step_4x2_f32(a0++, a1++, a2++, a3++, v0++, v1++, &s);
      nn_step_4x2_f32(a0++, a1++, a2++, a3++, v0++, v1++, &s);
    }
  }
  return s;
}

/* Whether pixels x to x + 3 exist and have windows inside the image sideways. */
NN_KERNEL int nn_conv_2d_tiles_f32(const nn_conv_2d_f32_t p, int32_t x) {
  const int32_t in_x = x * p.stride_w - p.pad_left;
  return p.k_c == p.in_c && p.dilation_w == 1 && x + 4 <= p.out_w && in_x >= 0 &&
         in_x + 3 * p.stride_w + p.k_w <= p.in_w;
}

/* Output rows [y0, y1). weights[out_c][k_h][k_w][k_c], bias[out_c]. */
NN_KERNEL void nn_conv_2d_f32(const nn_conv_2d_f32_t p, nn_rows_f32 in, nn_rows_f32 out, const float *weights,
                              const float *bias, int32_t y0, int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.k_c;
  const int32_t group_c = p.out_c * p.k_c / p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t in_y = y * p.stride_h - p.pad_top;
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    float *o = nn_row_f32(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w;) {
      const int32_t in_x = x * p.stride_w - p.pad_left, tile = nn_conv_2d_tiles_f32(p, x);
      for (int32_t oc = 0; oc < p.out_c;) {
        const int both = (oc + 1) % group_c != 0;
        const float *w0 = weights + oc * taps, *w1 = both ? w0 + taps : w0;
        const float b0 = bias[oc], b1 = bias[oc + both];
        float *to = o + oc;
        if (tile) {
          const nn_sums_4x2_t s = nn_conv_2d_tile_f32(p, in, in_y, rows, in_x, w0, w1);
          const float sums[8] = {s.s00, s.s01, s.s10, s.s11, s.s20, s.s21, s.s30, s.s31};
          for (int32_t i = 0; i < 4; ++i, to += p.out_c) {
            to[0] = nn_clamp_f32(sums[2 * i] + b0, p.low, p.high);
            to[both] = nn_clamp_f32(sums[2 * i + 1] + b1, p.low, p.high);
          }
        } else {
          float sum[2];
          nn_conv_2d_pixel_f32(p, in, in_y, in_x, oc / group_c * p.k_c, w0, w1, sum);
          to[0] = nn_clamp_f32(sum[0] + b0, p.low, p.high);
          to[both] = nn_clamp_f32(sum[1] + b1, p.low, p.high);
        }
        oc += 1 + both;
      }
      x += tile ? 4 : 1;
      o += tile ? 4 * p.out_c : p.out_c;
    }
  }
}

#endif
