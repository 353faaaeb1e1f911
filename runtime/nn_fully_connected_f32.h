/* FULLY_CONNECTED, float32 (TFLite reference_ops::FullyConnected). */
#ifndef NN_FULLY_CONNECTED_F32_H
#define NN_FULLY_CONNECTED_F32_H

#include "nn_float.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  float low, high;     /* clamp of the output */
} nn_fully_connected_f32_t;

/* nn_dot_1x4_f32(x, w, n, sum): sum[i] += x . w[i] of n numbers, i < 4, one product after the other */
#if defined(__ARM_FP) && defined(__ARM_FEATURE_FMA) && defined(__thumb2__) && defined(__GNUC__)
#include "isa/dot_f32_vfp.h"
#else
#include "isa/dot_f32_portable.h"
#endif

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]; four output channels a pass (the last one again
 * where there are fewer), each summed in TFLite's order, the bias last, so that rounding is the same */
NN_SHARED void nn_fully_connected_f32(const nn_fully_connected_f32_t p, const float *in, float *out,
                                      const float *weights, const float *bias, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 4) {
      const int32_t more = p.out_c - oc - 1;
      const float *const w0 = weights + oc * p.in_c, *const w1 = w0 + (more > 0 ? p.in_c : 0);
      const float *const w2 = w1 + (more > 1 ? p.in_c : 0), *const w3 = w2 + (more > 2 ? p.in_c : 0);
      const float *const w[4] = {w0, w1, w2, w3};
      float sum[4] = {0.0f, 0.0f, 0.0f, 0.0f};
      nn_dot_1x4_f32(in, w, p.in_c, sum);
      for (int32_t i = 0; i < 4 && i <= more; ++i) {
        out[oc + i] = nn_clamp_f32(sum[i] + bias[oc + i], p.low, p.high);
      }
    }
  }
}

#endif
