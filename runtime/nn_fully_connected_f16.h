/* FULLY_CONNECTED, float32 with weights that stand as float16 (TFLite reference_ops::FullyConnected). */
#ifndef NN_FULLY_CONNECTED_F16_H
#define NN_FULLY_CONNECTED_F16_H

#include "nn_half.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  float low, high;     /* clamp of the output */
} nn_fully_connected_f16_t;

/* sum + x[0] * w[0] + x[1] * w[1] */
NN_KERNEL float nn_mac_pair_f16(const float *x, const uint16_t *w, float sum) {
  float v[2];
  nn_half_pair_f32(w, v);
  sum += x[0] * v[0];
  return sum + x[1] * v[1];
}

/* As nn_fully_connected_f32: n rows, four output channels a pass (the last one again where there are fewer)
 */
NN_SHARED void nn_fully_connected_f16(const nn_fully_connected_f16_t p, const float *in, float *out,
                                      const uint16_t *weights, const float *bias, int32_t n) {
  const int32_t last = p.in_c - 1;
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 4) {
      const int32_t more = p.out_c - oc - 1;
      const uint16_t *w0 = weights + oc * p.in_c, *w1 = w0 + (more > 0 ? p.in_c : 0);
      const uint16_t *w2 = w1 + (more > 1 ? p.in_c : 0), *w3 = w2 + (more > 2 ? p.in_c : 0);
      float s0 = 0.0f, s1 = 0.0f, s2 = 0.0f, s3 = 0.0f;
      for (int32_t i = 0; i < last; i += 2) {
        s0 = nn_mac_pair_f16(in + i, w0 + i, s0);
        s1 = nn_mac_pair_f16(in + i, w1 + i, s1);
        s2 = nn_mac_pair_f16(in + i, w2 + i, s2);
        s3 = nn_mac_pair_f16(in + i, w3 + i, s3);
      }
      if (p.in_c % 2 == 1) {
        s0 += in[last] * nn_half_f32(w0[last]);
        s1 += in[last] * nn_half_f32(w1[last]);
        s2 += in[last] * nn_half_f32(w2[last]);
        s3 += in[last] * nn_half_f32(w3[last]);
      }
      const float sums[4] = {s0, s1, s2, s3};
      for (int32_t i = 0; i < 4 && i <= more; ++i) {
        out[oc + i] = nn_clamp_f32(sums[i] + bias[oc + i], p.low, p.high);
      }
    }
  }
}

#endif
