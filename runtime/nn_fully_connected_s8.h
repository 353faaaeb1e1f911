/* FULLY_CONNECTED, int8, weights as they are in the model, one rounding (TFLite reference_integer_ops). */
#ifndef NN_FULLY_CONNECTED_S8_H
#define NN_FULLY_CONNECTED_S8_H

#include "isa/api.h"

typedef struct {
  int32_t in_c, out_c;  /* inputs and outputs of a row */
  int32_t weights_zero; /* zero point of the weights */
  int32_t scale_step;   /* 0: one scale for all outputs, 1: one each */
  int32_t left;         /* how far sums go left before the scale */
  int32_t out_zero;     /* zero point of the output; the input's is in the biases */
  int32_t low, high;    /* clamp of the output */
} nn_fully_connected_s8_t;

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]; two output channels a pass */
NN_SHARED void nn_fully_connected_s8(const nn_fully_connected_s8_t p, const int8_t *in, int8_t *out,
                                     const int8_t *weights, const int32_t *biases, const nn_scale_t *scales,
                                     int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    const int32_t offset = p.weights_zero == 0 ? 0 : -p.weights_zero * nn_sum_s8(in, p.in_c);
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      int32_t acc[2] = {biases[oc] + offset, biases[oc + both] + offset};
      nn_dot_1x2_s8(in, w0, w1, p.in_c, acc);
      for (int32_t i = 0; i <= both; ++i) {
        const int32_t y = nn_rescale_once(acc[i], scales[(oc + i) * p.scale_step], p.left, p.out_zero);
        out[oc + i] = (int8_t)nn_clamp(y, p.low, p.high);
      }
    }
  }
}

#endif
