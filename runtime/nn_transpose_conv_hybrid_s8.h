/* TRANSPOSE_CONV, float32 activations and int8 weights (TFLite reference_ops::HybridTransposeConv): each
 * image is quantised as a whole. Each output gathers the inputs that reach it; two output channels a pass. */
#ifndef NN_TRANSPOSE_CONV_HYBRID_S8_H
#define NN_TRANSPOSE_CONV_HYBRID_S8_H

#include "isa/api.h"
#include "nn_dynamic_range.h"
#include "nn_transpose_conv.h"

typedef struct {
  int32_t images;
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left; /* rows and columns cut off the output */
  int32_t scale_step;        /* 0: one scale for all weights, 1: one for each output channel */
  float low, high;           /* clamp of the output */
} nn_transpose_conv_hybrid_s8_t;

/* What the kernel reads besides the input. */
typedef struct {
  const int8_t *weights;
  const int32_t *tap_sums;
  const float *scales, *bias;
} nn_transpose_conv_hybrid_consts_t;

/* Output pixel (y, x) of one image, which was quantised with q. */
NN_KERNEL void nn_transpose_conv_pixel_hybrid_s8(const nn_transpose_conv_hybrid_s8_t p, nn_dynamic_range_t q,
                                                 const int8_t *in, float *out,
                                                 const nn_transpose_conv_hybrid_consts_t *c, int32_t y,
                                                 int32_t x) {
  const nn_taps_t rows = nn_transposed(y, p.stride_h, p.pad_top, p.k_h, p.in_h);
  const nn_taps_t columns = nn_transposed(x, p.stride_w, p.pad_left, p.k_w, p.in_w);
  for (int32_t oc = 0; oc < p.out_c; oc += 2) {
    const int32_t both = oc + 1 < p.out_c;
    int32_t acc[2] = {0, 0};
    for (int32_t i = rows.first; i < rows.last; ++i) {
      const int32_t ky = y + p.pad_top - i * p.stride_h;
      for (int32_t j = columns.first; j < columns.last; ++j) {
        const int32_t kx = x + p.pad_left - j * p.stride_w;
        const int32_t t0 = (oc * p.k_h + ky) * p.k_w + kx, t1 = t0 + both * p.k_h * p.k_w;
        nn_dot_1x2_s8(in + (i * p.in_w + j) * p.in_c, c->weights + t0 * p.in_c, c->weights + t1 * p.in_c,
                      p.in_c, acc);
        acc[0] -= q.zero * c->tap_sums[t0];
        acc[1] -= q.zero * c->tap_sums[t1];
      }
    }
    for (int32_t i = 0; i <= both; ++i) {
      const float scaled = (float)acc[i] * c->scales[(oc + i) * p.scale_step] * q.scale;
      out[oc + i] = nn_clamp_f32(scaled + c->bias[oc + i], p.low, p.high);
    }
  }
}

/* quantized[in_h][in_w][in_c], weights[out_c][k_h][k_w][in_c], tap_sums[out_c][k_h][k_w] (of weights over
 * in_c), scales[out_c or 1], bias[out_c] */
NN_KERNEL void nn_transpose_conv_hybrid_s8(const nn_transpose_conv_hybrid_s8_t p, const float *in, float *out,
                                           int8_t *quantized, const int8_t *weights, const int32_t *tap_sums,
                                           const float *scales, const float *bias) {
  const nn_transpose_conv_hybrid_consts_t consts = {weights, tap_sums, scales, bias};
  const int32_t size = p.in_h * p.in_w * p.in_c;
  for (int32_t image = 0; image < p.images; ++image, in += size) {
    const nn_dynamic_range_t q = nn_quantize_asymmetric(in, size, quantized);
    for (int32_t y = 0; y < p.out_h; ++y) {
      for (int32_t x = 0; x < p.out_w; ++x, out += p.out_c) {
        nn_transpose_conv_pixel_hybrid_s8(p, q, quantized, out, &consts, y, x);
      }
    }
  }
}

#endif
