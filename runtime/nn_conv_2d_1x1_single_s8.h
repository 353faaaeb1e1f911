/* CONV_2D with a 1x1 kernel of a single pixel (or pixel by pixel), int8, four output channels at a time. */
#ifndef NN_CONV_2D_1X1_SINGLE_S8_H
#define NN_CONV_2D_1X1_SINGLE_S8_H

#include "isa/api.h"

typedef struct {
  int32_t in_c, out_c; /* channels */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
  int32_t rounding;    /* NN_ROUND_… */
} nn_conv_2d_1x1_single_s8_t;

/* n pixels: in[n][in_c], out[n][out_c], weights[out_c][in_c]. */
NN_KERNEL void nn_conv_2d_1x1_single_s8(const nn_conv_2d_1x1_single_s8_t p, const int8_t *in, int8_t *out,
                                        const int8_t *weights, const nn_packed_channel_t *channels,
                                        int32_t n) {
  for (int32_t pixel = 0; pixel < n; ++pixel, in += p.in_c) {
    const int8_t *w = weights;
    const nn_packed_channel_t *c = channels;
    for (int32_t left = p.out_c; left > 0; left -= 4, w += 4 * p.in_c) {
      const int32_t count = left < 4 ? left : 4;
      int32_t acc[4] = {0, 0, 0, 0};
      if (count == 4) {
        nn_dot_1x4_s8(in, w, p.in_c, acc);
      }
      for (int32_t i = 0; i < count; ++i, ++c) {
        if (count < 4) {
          int32_t same[2] = {0, 0};
          nn_dot_1x2_s8(in, w + i * p.in_c, w + i * p.in_c, p.in_c, same);
          acc[i] = same[0];
        }
        const nn_requantize_t scale = nn_unpack_channel(*c, p.out_zero);
        const int8_t y = nn_output_packed_s8(acc[i] + scale.bias, scale, p.rounding);
        *out++ = (int8_t)nn_clamp(y, p.low, p.high);
      }
    }
  }
}

#endif
