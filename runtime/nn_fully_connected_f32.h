/* FULLY_CONNECTED, float32 (TFLite reference_ops::FullyConnected). */
#ifndef NN_FULLY_CONNECTED_F32_H
#define NN_FULLY_CONNECTED_F32_H

#include "nn_float.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  float low, high;     /* clamp of the output */
} nn_fully_connected_f32_t;

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]; two output channels a pass, each
 * summed in TFLite's order, the bias last, so that rounding is the same */
NN_SHARED void nn_fully_connected_f32(const nn_fully_connected_f32_t p, const float *in, float *out,
                                      const float *weights, const float *bias, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const float *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      float s0 = 0.0f, s1 = 0.0f;
      for (int32_t i = 0; i < p.in_c; ++i) {
        s0 += in[i] * w0[i];
        s1 += in[i] * w1[i];
      }
      out[oc] = nn_clamp_f32(s0 + bias[oc], p.low, p.high);
      out[oc + both] = nn_clamp_f32(s1 + bias[oc + both], p.low, p.high);
    }
  }
}

#endif
