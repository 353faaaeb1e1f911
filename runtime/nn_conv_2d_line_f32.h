/* CONV_2D, float32, of lines: images of one column, whose rows are steps of time. The steps under the windows
 * of four neighbouring ones are copied into a strip, those outside as zeros; four by two output channels are
 * computed a pass, each sum in TFLite's order (reference_ops::Conv). */
#ifndef NN_CONV_2D_LINE_F32_H
#define NN_CONV_2D_LINE_F32_H

#include <string.h>

#include "nn_rows.h"
#include "nn_sums_f32.h"

typedef struct {
  int32_t in_h, in_c;   /* input steps, channels */
  int32_t out_h, out_c; /* output */
  int32_t k;            /* kernel */
  int32_t stride;
  int32_t pad;     /* steps before the first */
  float low, high; /* clamp of the output */
} nn_conv_2d_line_f32_t;

/* n steps from step y on, copied to `to`. */
NN_KERNEL void nn_copy_steps_f32(const nn_conv_2d_line_f32_t p, nn_rows_f32 in, int32_t y, int32_t n,
                                 float *to) {
  const int32_t bytes = p.in_c * (int32_t)sizeof *to;
  int32_t at = y;
  for (; at < 0 && at < y + n; ++at, to += p.in_c) {
    memset(to, 0, (size_t)bytes);
  }
  for (const int32_t end = nn_min(y + n, p.in_h); at < end;) {
    const int32_t rows = nn_min(nn_together_f32(in, at, p.in_h), end - at);
    nn_copy_row((int8_t *)to, (const int8_t *)nn_row_f32(in, at, p.in_h), rows * bytes);
    at += rows;
    to += rows * p.in_c;
  }
  for (; at < y + n; ++at, to += p.in_c) {
    memset(to, 0, (size_t)bytes);
  }
}

/* Channels at w0 and w1 of 4 steps, whose windows begin at a, `step` apart. */
NN_KERNEL nn_sums_4x2_t nn_line_4x2_f32(const float *a, int32_t step, const float *w0, const float *w1,
                                        int32_t taps) {
  const float *const end = w0 + taps - taps % 2;
  nn_sums_4x2_t s = {0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f, 0.0f};
  for (; w0 != end; a += 2, w0 += 2, w1 += 2) {
    nn_step_4x2_f32(a, a + step, a + 2 * step, a + 3 * step, w0, w1, &s);
    nn_step_4x2_f32(a + 1, a + step + 1, a + 2 * step + 1, a + 3 * step + 1, w0 + 1, w1 + 1, &s);
  }
  if (taps % 2 == 1) {
    nn_step_4x2_f32(a, a + step, a + 2 * step, a + 3 * step, w0, w1, &s);
  }
  return s;
}

/* The same of 1 step. */
NN_KERNEL void nn_line_1x2_f32(const float *a, const float *w0, const float *w1, int32_t taps, float sum[2]) {
  float s = 0.0f, t = 0.0f;
  for (int32_t i = 0; i < taps; ++i) {
    s += a[i] * w0[i];
    t += a[i] * w1[i];
  }
  sum[0] = s;
  sum[1] = t;
}

/* Output steps [y0, y1). `strip` is scratch for 3 strides and a window. weights[out_c][k][in_c], bias[out_c].
 */
NN_KERNEL void nn_conv_2d_line_f32(const nn_conv_2d_line_f32_t p, nn_rows_f32 in, nn_rows_f32 out,
                                   float *strip, const float *weights, const float *bias, int32_t y0,
                                   int32_t y1) {
  const int32_t taps = p.k * p.in_c, step = p.stride * p.in_c;
  for (int32_t y = y0; y < y1;) {
    const int32_t tile = y1 - y >= 4 && nn_together_f32(out, y, p.out_h) >= 4;
    float *o = nn_row_f32(out, y, p.out_h);
    nn_copy_steps_f32(p, in, y * p.stride - p.pad, (tile ? 3 * p.stride : 0) + p.k, strip);
    for (int32_t oc = 0; oc < p.out_c;) {
      const int32_t both = oc + 1 < p.out_c;
      const float *w0 = weights + oc * taps, *w1 = w0 + both * taps;
      const float b0 = bias[oc], b1 = bias[oc + both];
      float *to = o + oc;
      if (tile) {
        const nn_sums_4x2_t s = nn_line_4x2_f32(strip, step, w0, w1, taps);
        const float sums[8] = {s.s00, s.s01, s.s10, s.s11, s.s20, s.s21, s.s30, s.s31};
        for (int32_t i = 0; i < 4; ++i, to += p.out_c) {
          to[0] = nn_clamp_f32(sums[2 * i] + b0, p.low, p.high);
          to[both] = nn_clamp_f32(sums[2 * i + 1] + b1, p.low, p.high);
        }
      } else {
        float sum[2];
        nn_line_1x2_f32(strip, w0, w1, taps, sum);
        to[0] = nn_clamp_f32(sum[0] + b0, p.low, p.high);
        to[both] = nn_clamp_f32(sum[1] + b1, p.low, p.high);
      }
      oc += 1 + both;
    }
    y += tile ? 4 : 1;
  }
}

#endif
