/* FULLY_CONNECTED, int8, with weights packed by compiler/ops/dense.py for nn_dot_1x4_pairs_s8. */
#ifndef NN_FULLY_CONNECTED_PAIRS_S8_H
#define NN_FULLY_CONNECTED_PAIRS_S8_H

#include "isa/api.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  int32_t scale_step;  /* 0: one scale for all outputs, 1: one each */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
} nn_fully_connected_pairs_s8_t;

/* n rows: in[n][in_c], out[n][out_c], biases[out_c rounded up to fours]; four output channels a pass */
NN_SHARED void nn_fully_connected_pairs_s8(const nn_fully_connected_pairs_s8_t p, const int8_t *in,
                                           int8_t *out, const int16_t *weights, const int32_t *biases,
                                           const nn_scale_t *scales, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c) {
    const int16_t *w = weights;
    const nn_scale_t *scale = scales;
    int8_t *const end = out + p.out_c;
    for (const int32_t *bias = biases; out < end; bias += 4) {
      int32_t acc[4];
      w = nn_dot_1x4_pairs_s8(in, w, p.in_c, bias, acc);
      for (int32_t i = 0; i < 4 && out < end; ++i, scale += p.scale_step) {
        *out++ = (int8_t)nn_clamp(nn_rescale_once(acc[i], *scale, 0, p.out_zero), p.low, p.high);
      }
    }
  }
}

#endif
