/* FULLY_CONNECTED, float32 activations and int8 weights (TFLite EvalHybridDense): each row of the input is
 * quantised as it comes. */
#ifndef NN_FULLY_CONNECTED_HYBRID_S8_H
#define NN_FULLY_CONNECTED_HYBRID_S8_H

#include "isa/api.h"
#include "nn_dynamic_range.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  int32_t asymmetric;  /* quantise with a zero point */
  int32_t scale_step;  /* 0: one scale for all weights, 1: one for each output */
  float low, high;     /* clamp of the output */
} nn_fully_connected_hybrid_s8_t;

/* n rows: in[n][in_c], out[n][out_c], quantized[in_c], weights[out_c][in_c], row_sums[out_c] (of the weights;
 * read where asymmetric); two output channels a pass */
NN_SHARED void nn_fully_connected_hybrid_s8(const nn_fully_connected_hybrid_s8_t p, const float *in,
                                            float *out, int8_t *quantized, const int8_t *weights,
                                            const int32_t *row_sums, const float *scales, const float *bias,
                                            int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    const nn_dynamic_range_t q = p.asymmetric ? nn_quantize_asymmetric(in, p.in_c, quantized)
                                              : nn_quantize_symmetric(in, p.in_c, quantized);
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      int32_t acc[2] = {0, 0};
      if (p.asymmetric) {
        acc[0] = -q.zero * row_sums[oc];
        acc[1] = -q.zero * row_sums[oc + both];
      }
      nn_dot_1x2_s8(quantized, w0, w1, p.in_c, acc);
      for (int32_t i = 0; i <= both; ++i) {
        const float scaled = (float)acc[i] * (q.scale * scales[(oc + i) * p.scale_step]);
        out[oc + i] = nn_clamp_f32(bias[oc + i] + scaled, p.low, p.high);
      }
    }
  }
}

#endif
