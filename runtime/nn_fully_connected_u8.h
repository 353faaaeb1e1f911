/* FULLY_CONNECTED, uint8, rescaled in double (TFLite reference_ops::FullyConnected). */
#ifndef NN_FULLY_CONNECTED_U8_H
#define NN_FULLY_CONNECTED_U8_H

#include "nn_u8.h"

typedef struct {
  int32_t in_c, out_c;                     /* inputs and outputs of a row */
  int32_t in_zero, weights_zero, out_zero; /* zero points */
  int32_t low, high;                       /* clamp of the output */
} nn_fully_connected_u8_t;

/* x rounded to the nearest integer, ties away from zero, plus zero, within [low, high] */
NN_KERNEL uint8_t nn_round_u8(double x, int32_t zero, int32_t low, int32_t high) {
  const double least = low - zero, most = high - zero;
  const double bounded = x < least ? least : (x > most ? most : x);
  const int32_t whole = (int32_t)bounded;
  const double rest = bounded - whole; /* exact */
  return (uint8_t)(whole + (rest >= 0.5) - (rest <= -0.5) + zero);
}

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]; two output channels a pass */
NN_SHARED void nn_fully_connected_u8(const nn_fully_connected_u8_t p, const uint8_t *in, uint8_t *out,
                                     const uint8_t *weights, const int32_t *biases, const double *scale,
                                     int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const uint8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      int32_t acc[2] = {biases[oc], biases[oc + both]};
      nn_dot_1x2_u8(in, w0, w1, p.in_c, p.in_zero, p.weights_zero, acc);
      for (int32_t i = 0; i <= both; ++i) {
        out[oc + i] = nn_round_u8((double)acc[i] * *scale, p.out_zero, p.low, p.high);
      }
    }
  }
}

#endif
