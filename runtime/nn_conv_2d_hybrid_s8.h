/* CONV_2D, float32 activations and int8 weights (TFLite conv.cc: EvalHybrid, EvalHybridPerChannel): each
 * image is quantised as a whole, then convolved as in nn_conv_2d_s8.h. */
#ifndef NN_CONV_2D_HYBRID_S8_H
#define NN_CONV_2D_HYBRID_S8_H

#include "nn_conv_2d_s8.h"
#include "nn_dynamic_range.h"

typedef struct {
  int32_t images;
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;  /* steps of the kernel over the input */
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left; /* rows and columns of zeros before the input */
  int32_t asymmetric;        /* quantise with a zero point; one scale for each output channel */
  float low, high;           /* clamp of the output */
} nn_conv_2d_hybrid_s8_t;

/* One sum of products to an output; TFLite's two forms multiply in different orders. */
NN_KERNEL float nn_conv_2d_hybrid_output(const nn_conv_2d_hybrid_s8_t p, int32_t acc, float scale,
                                         const float *scales, const float *bias, int32_t oc) {
  const float scaled = p.asymmetric ? (float)acc * scales[oc] * scale : (float)acc * (scale * scales[0]);
  return nn_clamp_f32(scaled + bias[oc], p.low, p.high);
}

/* One output row of a quantised image. */
NN_KERNEL void nn_conv_2d_hybrid_row(const nn_conv_2d_hybrid_s8_t p, nn_dynamic_range_t q, int8_t *in,
                                     float *out, const int8_t *weights, const int32_t *row_sums,
                                     const float *scales, const float *bias, int32_t y) {
  const nn_conv_2d_s8_t shape = {.in_h = p.in_h,
                                 .in_w = p.in_w,
                                 .in_c = p.in_c,
                                 .out_h = p.out_h,
                                 .out_w = p.out_w,
                                 .out_c = p.out_c,
                                 .k_h = p.k_h,
                                 .k_w = p.k_w,
                                 .k_c = p.k_c,
                                 .stride_h = p.stride_h,
                                 .stride_w = p.stride_w,
                                 .dilation_h = p.dilation_h,
                                 .dilation_w = p.dilation_w,
                                 .pad_top = p.pad_top,
                                 .pad_left = p.pad_left,
                                 .in_zero = q.zero};
  const nn_rows_s8 rows = {in, p.in_w * p.in_c, p.in_h, 0, 0};
  const int32_t taps = p.k_h * p.k_w * p.k_c, group_c = p.out_c * p.k_c / p.in_c;
  const int32_t in_y = y * p.stride_h - p.pad_top;
  const int32_t first = nn_first_tap(in_y, p.dilation_h, p.k_h);
  const int32_t last = nn_last_tap(in_y, p.dilation_h, p.k_h, p.in_h, first);
  for (int32_t x = 0; x < p.out_w;) {
    const int32_t in_x = x * p.stride_w - p.pad_left;
    const int pair = p.dilation_w == 1 && p.k_c == p.in_c && in_x >= 0 && x + 1 < p.out_w &&
                     in_x + p.stride_w + p.k_w <= p.in_w;
    for (int32_t oc = 0; oc < p.out_c;) {
      const int32_t both = nn_conv_both(oc, p.out_c, group_c);
      const int8_t *w0 = weights + oc * taps, *w1 = both ? w0 + taps : w0;
      int32_t acc[4] = {0, 0, 0, 0};
      if (p.asymmetric) {
        acc[0] = acc[2] = -q.zero * row_sums[oc];
        acc[1] = acc[3] = -q.zero * row_sums[oc + both];
      }
      float *o = out + x * p.out_c;
      if (pair) {
        nn_conv_2d_pair_s8(shape, rows, in_y, first, last, in_x * p.in_c, w0, w1, acc);
        o[p.out_c + oc] = nn_conv_2d_hybrid_output(p, acc[2], q.scale, scales, bias, oc);
        o[p.out_c + oc + both] = nn_conv_2d_hybrid_output(p, acc[2 + both], q.scale, scales, bias, oc + both);
      } else {
        nn_conv_2d_pixel_s8(shape, rows, in_y, first, last, in_x, oc / group_c * p.k_c, w0, w1, acc);
      }
      o[oc] = nn_conv_2d_hybrid_output(p, acc[0], q.scale, scales, bias, oc);
      o[oc + both] = nn_conv_2d_hybrid_output(p, acc[both], q.scale, scales, bias, oc + both);
      oc += 1 + both;
    }
    x += 1 + pair;
  }
}

/* quantized[in_h][in_w][in_c], weights[out_c][k_h][k_w][k_c], row_sums[out_c] (of the weights; read where
 * asymmetric), scales[out_c or 1], bias[out_c] */
NN_KERNEL void nn_conv_2d_hybrid_s8(const nn_conv_2d_hybrid_s8_t p, const float *in, float *out,
                                    int8_t *quantized, const int8_t *weights, const int32_t *row_sums,
                                    const float *scales, const float *bias) {
  const int32_t size = p.in_h * p.in_w * p.in_c;
  for (int32_t image = 0; image < p.images; ++image, in += size) {
    const nn_dynamic_range_t q = p.asymmetric ? nn_quantize_asymmetric(in, size, quantized)
                                              : nn_quantize_symmetric(in, size, quantized);
    for (int32_t y = 0; y < p.out_h; ++y, out += p.out_w * p.out_c) {
      nn_conv_2d_hybrid_row(p, q, quantized, out, weights, row_sums, scales, bias, y);
    }
  }
}

#endif
