/* FULLY_CONNECTED, int8 with packed weights of four bits, one rounding (TFLite reference_integer_ops), or
 * with indices of four bits into values of weights (nn_fully_connected_lut_s8.h). */
#ifndef NN_FULLY_CONNECTED_S4_H
#define NN_FULLY_CONNECTED_S4_H

#include "nn_int4.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  int32_t scale_step;  /* 0: one scale for all outputs, 1: one each */
  int32_t left;        /* how far sums go left before the scale */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
  int32_t step;        /* values of the next channel: 16 behind, or 0 for the same; of indices only */
} nn_fully_connected_s4_t;

/* n rows: in[n][in_c], out[n][out_c], biases[out_c in fours], weights of four channels a pass;
 * values[out_c in fours or 1][16], or none */
NN_KERNEL void nn_fully_connected_nibbles(const nn_fully_connected_s4_t p, const int8_t *in, int8_t *out,
                                          const uint32_t *weights, const int8_t *values,
                                          const int32_t *biases, const nn_scale_t *scales, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    const uint32_t *w = weights;
    for (int32_t oc = 0; oc < p.out_c; oc += 4) {
      int32_t acc[4] = {biases[oc], biases[oc + 1], biases[oc + 2], biases[oc + 3]};
      w = values ? nn_dot_1x4_lut(in, w, values + oc * p.step, p.step, p.in_c, acc)
                 : nn_dot_1x4_s4(in, w, p.in_c, acc);
      for (int32_t i = 0; i < 4 && oc + i < p.out_c; ++i) {
        const int32_t y = nn_rescale_once(acc[i], scales[(oc + i) * p.scale_step], p.left, p.out_zero);
        out[oc + i] = nn_clamp_s8(y, p.low, p.high);
      }
    }
  }
}

NN_SHARED void nn_fully_connected_s4(const nn_fully_connected_s4_t p, const int8_t *in, int8_t *out,
                                     const uint32_t *weights, const int32_t *biases, const nn_scale_t *scales,
                                     int32_t n) {
  nn_fully_connected_nibbles(p, in, out, weights, (const int8_t *)0, biases, scales, n);
}

#endif
