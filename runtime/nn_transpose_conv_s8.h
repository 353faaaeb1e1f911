/* TRANSPOSE_CONV, int8 activations and weights (TFLite reference_integer_ops::TransposeConv). Each output
 * gathers the inputs that reach it; two output channels a pass. */
#ifndef NN_TRANSPOSE_CONV_S8_H
#define NN_TRANSPOSE_CONV_S8_H

#include "isa/api.h"
#include "nn_rows.h"
#include "nn_transpose_conv.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left; /* rows and columns cut off the output */
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_SHIFT_… */
} nn_transpose_conv_s8_t;

/* Output pixel (y, x). */
NN_KERNEL void nn_transpose_conv_pixel_s8(const nn_transpose_conv_s8_t p, nn_rows_s8 in, int8_t *out,
                                          const int8_t *weights, const int32_t *tap_sums,
                                          const nn_channel_t *channels, int32_t y, int32_t x) {
  const nn_taps_t rows = nn_transposed(y, p.stride_h, p.pad_top, p.k_h, p.in_h);
  const nn_taps_t columns = nn_transposed(x, p.stride_w, p.pad_left, p.k_w, p.in_w);
  for (int32_t oc = 0; oc < p.out_c; oc += 2) {
    const int32_t both = oc + 1 < p.out_c;
    int32_t acc[2] = {channels[oc].bias, channels[oc + both].bias};
    for (int32_t i = rows.first; i < rows.last; ++i) {
      const int8_t *row = nn_row_s8(in, i, p.in_h);
      const int32_t ky = y + p.pad_top - i * p.stride_h;
      for (int32_t j = columns.first; j < columns.last; ++j) {
        const int32_t kx = x + p.pad_left - j * p.stride_w;
        const int8_t *a = row + j * p.in_c;
        const int32_t t0 = (oc * p.k_h + ky) * p.k_w + kx, t1 = t0 + both * p.k_h * p.k_w;
        nn_dot_1x2_s8(a, weights + t0 * p.in_c, weights + t1 * p.in_c, p.in_c, acc);
        if (p.in_zero != 0) {
          acc[0] -= p.in_zero * tap_sums[t0];
          acc[1] -= p.in_zero * tap_sums[t1];
        }
      }
    }
    out[oc] = nn_output_s8(acc[0], channels + oc, p.rounding, p.out_zero, p.low, p.high);
    out[oc + both] = nn_output_s8(acc[both], channels + oc + both, p.rounding, p.out_zero, p.low, p.high);
  }
}

/* weights[out_c][k_h][k_w][in_c], tap_sums[out_c][k_h][k_w] (of weights over in_c; read where in_zero is not
 * 0), channels[out_c]; output rows [y0, y1) */
NN_KERNEL void nn_transpose_conv_s8(const nn_transpose_conv_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                    const int8_t *weights, const int32_t *tap_sums,
                                    const nn_channel_t *channels, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.out_c) {
      nn_transpose_conv_pixel_s8(p, in, o, weights, tap_sums, channels, y, x);
    }
  }
}

#endif
