/* CONV_2D with a 1x1 kernel, stride 1, no padding, int8, by paired pixels: see nn_paired_s8.h. */
#ifndef NN_CONV_2D_1X1_PAIRED_S8_H
#define NN_CONV_2D_1X1_PAIRED_S8_H

#include "nn_paired_s8.h"

typedef struct {
  int32_t in_c, out_c; /* channels */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
} nn_conv_2d_1x1_paired_s8_t;

/* n pixels one after the other: in[n][in_c], out[n][out_c]. x is scratch for 4 pixels. */
NN_KERNEL void nn_conv_2d_1x1_paired_s8(const nn_conv_2d_1x1_paired_s8_t p, const int8_t *in, int8_t *out,
                                        uint32_t *x, const int8_t *weights,
                                        const nn_paired_channel_t *channels, const uint32_t *cuts,
                                        int32_t n) {
  for (int32_t i = 0; i < n; i += 4) {
    const int32_t pixels = n - i < 4 ? n - i : 4;
    const int8_t *a[4] = {in + i * p.in_c, 0, 0, 0};
    for (int32_t j = 1; j < 4; ++j) {
      a[j] = j < pixels ? a[j - 1] + p.in_c : a[j - 1];
    }
    const uint32_t *const end = nn_pair_up_s8(nn_paired_width(pixels), a, p.in_c, x);
    nn_paired_s8(pixels, x, end, weights, channels, cuts, out + i * p.out_c, p.out_c, p.out_zero, p.low,
                 p.high);
  }
}

#endif
