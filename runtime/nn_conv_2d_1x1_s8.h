/* CONV_2D with a 1x1 kernel, stride 1, no padding, int8: a matrix product over n pixels one after the other.
 */
#ifndef NN_CONV_2D_1X1_S8_H
#define NN_CONV_2D_1X1_S8_H

#include "isa/api.h"

typedef struct {
  int32_t in_c, out_c; /* channels */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
  int32_t rounding;    /* NN_SHIFT_… */
} nn_conv_2d_1x1_s8_t;

/* n pixels: in[n][in_c], out[n][out_c], weights[out_c][in_c]. Two pixels by two channels a pass. */
NN_KERNEL void nn_conv_2d_1x1_s8(const nn_conv_2d_1x1_s8_t p, const int8_t *in, int8_t *out,
                                 const int8_t *weights, const nn_channel_t *channels, int32_t n) {
  for (int32_t x = 0; x < n; x += 2) {
    const int pair = x + 1 < n; /* else the last pixel is computed twice */
    const int8_t *a0 = in + x * p.in_c, *a1 = pair ? a0 + p.in_c : a0;
    int8_t *o0 = out + x * p.out_c, *o1 = pair ? o0 + p.out_c : o0;
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      const nn_channel_t *c0 = channels + oc, *c1 = both ? c0 + 1 : c0;
      int32_t acc[4] = {c0->bias, c1->bias, c0->bias, c1->bias};
      nn_dot_2x2_s8(a0, a1, w0, w1, p.in_c, acc);
      o0[oc] = nn_output_s8(acc[0], c0, p.rounding, p.out_zero, p.low, p.high);
      o0[oc + both] = nn_output_s8(acc[1], c1, p.rounding, p.out_zero, p.low, p.high);
      o1[oc] = nn_output_s8(acc[2], c0, p.rounding, p.out_zero, p.low, p.high);
      o1[oc + both] = nn_output_s8(acc[3], c1, p.rounding, p.out_zero, p.low, p.high);
    }
  }
}

#endif
