/* CONV_2D with a 1x1 kernel, stride 1, no padding, int8, by windows: see nn_windows_s8.h. */
#ifndef NN_CONV_2D_1X1_WINDOWS_S8_H
#define NN_CONV_2D_1X1_WINDOWS_S8_H

#include "nn_windows_s8.h"

typedef struct {
  int32_t in_c, out_c; /* channels */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
} nn_conv_2d_1x1_windows_s8_t;

/* n pixels one after the other: in[n][in_c], out[n][out_c] */
NN_KERNEL void nn_conv_2d_1x1_windows_s8(const nn_conv_2d_1x1_windows_s8_t p, const int8_t *in, int8_t *out,
                                         const int8_t *weights, const nn_window_channel_t *channels,
                                         int32_t n) {
  nn_windows_t t;
  nn_windows(&t, p.out_zero, p.low, p.high);
  const int32_t rounding = nn_windows_rounding(p.out_zero, p.low);
  nn_windows_of(&t, p.in_c, weights, channels, p.out_c);
  for (int32_t i = 0; i < n; i += 3) {
    nn_windows_s8(&t, p.out_c, rounding, n - i < 3 ? n - i : 3, in + i * p.in_c, p.in_c, out + i * p.out_c);
  }
}

#endif
