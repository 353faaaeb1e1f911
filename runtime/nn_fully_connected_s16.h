/* FULLY_CONNECTED, int16 activations and int8 weights, rescaled in double (TFLite reference_integer_ops). */
#ifndef NN_FULLY_CONNECTED_S16_H
#define NN_FULLY_CONNECTED_S16_H

#include "nn_s16.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  int32_t scale_step;  /* 0: one scale for all outputs, 1: one each */
  int32_t wide;        /* 64 bits, or 32 */
  int32_t low, high;   /* clamp of the output */
} nn_fully_connected_s16_t;

/* x rounded to the nearest integer, ties away from zero, within [low, high] */
NN_KERNEL int16_t nn_round_s16(double x, int32_t low, int32_t high) {
  const double bounded = x < low ? low : (x > high ? high : x);
  const int32_t whole = (int32_t)bounded;
  const double rest = bounded - whole; /* exact */
  return (int16_t)(whole + (rest >= 0.5) - (rest <= -0.5));
}

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]; two output channels a pass */
NN_SHARED void nn_fully_connected_s16(const nn_fully_connected_s16_t p, const int16_t *in, int16_t *out,
                                      const int8_t *weights, const int64_t *biases, const double *scales,
                                      int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      int64_t acc[2] = {biases[oc], biases[oc + both]};
      nn_dot_1x2_s16(in, w0, w1, p.in_c, acc);
      for (int32_t i = 0; i <= both; ++i) {
        const double sum = p.wide ? (double)acc[i] : (double)nn_low_word(acc[i]);
        out[oc + i] = nn_round_s16(sum * scales[(oc + i) * p.scale_step], p.low, p.high);
      }
    }
  }
}

#endif
