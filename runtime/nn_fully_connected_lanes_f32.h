/* FULLY_CONNECTED, float32 (TFLite reference_ops::FullyConnected): outputs are the lanes of vectors
 * (nn_lanes_f32.h). */
#ifndef NN_FULLY_CONNECTED_LANES_F32_H
#define NN_FULLY_CONNECTED_LANES_F32_H

#include "nn_lanes_f32.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  float low, high;     /* clamp of the output */
} nn_fully_connected_lanes_f32_t;

/* n rows: in[n][in_c], out[n][out_c], packed weights, bias[out_c] */
NN_SHARED void nn_fully_connected_lanes_f32(const nn_fully_connected_lanes_f32_t p, const float *in,
                                            float *out, const float *weights, const float *bias, int32_t n) {
  nn_lanes_pixels_f32(p.in_c, p.out_c, p.low, p.high, in, out, weights, bias, n);
}

#endif
