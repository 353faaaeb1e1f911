/* DEPTHWISE_CONV_2D, float32 activations and int8 weights (TFLite DepthwiseConvHybridPerChannel): each image
 * is quantised as a whole; two output channels a pass. */
#ifndef NN_DEPTHWISE_CONV_2D_HYBRID_S8_H
#define NN_DEPTHWISE_CONV_2D_HYBRID_S8_H

#include "nn_dynamic_range.h"
#include "nn_window.h"

typedef struct {
  int32_t images;
  int32_t in_h, in_w, in_c; /* input rows, columns, channels */
  int32_t out_h, out_w;     /* output rows, columns */
  int32_t multiplier;       /* output channels for each input channel */
  int32_t k_h, k_w;         /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t scale_step; /* 0: one scale for all weights, 1: one for each output channel */
  float low, high;    /* clamp of the output */
} nn_depthwise_conv_2d_hybrid_s8_t;

/* One output pixel from the taps inside the image; its window begins at element `start`. */
NN_KERNEL void nn_depthwise_conv_2d_hybrid_pixel(const nn_depthwise_conv_2d_hybrid_s8_t p,
                                                 nn_dynamic_range_t q, const int8_t *in, int32_t start,
                                                 float *out, const int8_t *weights, const float *scales,
                                                 const float *bias, nn_taps_t rows, nn_taps_t columns) {
  const int32_t out_c = p.in_c * p.multiplier;
  for (int32_t oc = 0; oc < out_c; oc += 2) {
    const int both = oc + 1 < out_c;
    const int32_t c0 = oc / p.multiplier, c1 = (oc + both) / p.multiplier;
    int32_t acc[2] = {0, 0};
    for (int32_t ky = rows.first; ky < rows.last; ++ky) {
      for (int32_t kx = columns.first; kx < columns.last; ++kx) {
        const int8_t *a = in + start + (ky * p.dilation_h * p.in_w + kx * p.dilation_w) * p.in_c;
        const int8_t *w = weights + (ky * p.k_w + kx) * out_c + oc;
        acc[0] += (a[c0] - q.zero) * w[0];
        acc[1] += (a[c1] - q.zero) * w[both];
      }
    }
    for (int32_t i = 0; i <= both; ++i) {
      const float scaled = (float)acc[i] * (scales[(oc + i) * p.scale_step] * q.scale);
      out[oc + i] = nn_clamp_f32(scaled + bias[oc + i], p.low, p.high);
    }
  }
}

/* quantized[in_h][in_w][in_c], weights[k_h][k_w][out_c], scales[out_c or 1], bias[out_c] */
NN_KERNEL void nn_depthwise_conv_2d_hybrid_s8(const nn_depthwise_conv_2d_hybrid_s8_t p, const float *in,
                                              float *out, int8_t *quantized, const int8_t *weights,
                                              const float *scales, const float *bias) {
  const int32_t size = p.in_h * p.in_w * p.in_c;
  for (int32_t image = 0; image < p.images; ++image, in += size) {
    const nn_dynamic_range_t q = nn_quantize_asymmetric(in, size, quantized);
    for (int32_t y = 0; y < p.out_h; ++y) {
      const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
      for (int32_t x = 0; x < p.out_w; ++x, out += p.in_c * p.multiplier) {
        const nn_taps_t columns =
            nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, p.dilation_w, p.in_w);
        const int32_t in_y = y * p.stride_h - p.pad_top, in_x = x * p.stride_w - p.pad_left;
        const int32_t start = (in_y * p.in_w + in_x) * p.in_c;
        nn_depthwise_conv_2d_hybrid_pixel(p, q, quantized, start, out, weights, scales, bias, rows, columns);
      }
    }
  }
}

#endif
