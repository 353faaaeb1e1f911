/* CONV_2D, float32, of single pixels: output channels are the lanes of vectors (nn_lanes_f32.h). */
#ifndef NN_CONV_2D_1X1_LANES_F32_H
#define NN_CONV_2D_1X1_LANES_F32_H

#include "nn_lanes_f32.h"

typedef struct {
  int32_t in_c, out_c; /* channels */
  float low, high;     /* clamp of the output */
} nn_conv_2d_1x1_lanes_f32_t;

/* n pixels: in[n][in_c], out[n][out_c], packed weights, bias[out_c] */
NN_KERNEL void nn_conv_2d_1x1_lanes_f32(const nn_conv_2d_1x1_lanes_f32_t p, const float *in, float *out,
                                        const float *weights, const float *bias, int32_t n) {
  nn_lanes_pixels_f32(p.in_c, p.out_c, p.low, p.high, in, out, weights, bias, n);
}

#endif
