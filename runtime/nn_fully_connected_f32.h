/* FULLY_CONNECTED, float32 (TFLite reference_ops::FullyConnected). */
#ifndef NN_FULLY_CONNECTED_F32_H
#define NN_FULLY_CONNECTED_F32_H

#include "nn_float.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  float low, high;     /* clamp of the output */
} nn_fully_connected_f32_t;

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]; four output channels a pass (the last one again
 * where there are fewer), each summed in TFLite's order, the bias last, so that rounding is the same */
NN_SHARED void nn_fully_connected_f32(const nn_fully_connected_f32_t p, const float *in, float *out,
                                      const float *weights, const float *bias, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 4) {
      const int32_t more = p.out_c - oc - 1;
      const float *w0 = weights + oc * p.in_c, *w1 = w0 + (more > 0 ? p.in_c : 0);
      const float *w2 = w1 + (more > 1 ? p.in_c : 0), *w3 = w2 + (more > 2 ? p.in_c : 0);
      float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
      for (int32_t i = 0; i < p.in_c; ++i) {
        const float x = in[i];
        sum[0] += x * *w0++;
        sum[1] += x * *w1++;
        sum[2] += x * *w2++;
        sum[3] += x * *w3++;
      }
      for (int32_t i = 0; i < 4 && i <= more; ++i) {
        out[oc + i] = nn_clamp_f32(sum[i] + bias[oc + i], p.low, p.high);
      }
    }
  }
}

#endif
