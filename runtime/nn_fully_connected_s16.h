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

/* sum * real, rounded so. multiplier / 2^(32 + right) is real to half a unit: where the product, with the
 * roundings of doubles, is not that near to a tie, it tells the result without a double, which most cores
 * compute in software. */
NN_KERNEL int16_t nn_rescale_real_s16(int64_t sum, double real, nn_scale_t scale, int32_t low, int32_t high) {
  const int32_t word = nn_low_word(sum);
  if (scale.right > 0 && word == sum) {
    const int64_t product = (int64_t)word * scale.multiplier; /* within 62 bits */
    const uint32_t low_word = (uint32_t)((uint64_t)product & 0xffffffffu);
    const int32_t high_word = (int32_t)(product >> 32) + (int32_t)((uint32_t)1 << (scale.right - 1));
    const uint32_t near = (word < 0 ? 0u - (uint32_t)word : (uint32_t)word) / 2u + 1024u;
    const int32_t least = (high_word - (low_word < near)) >> scale.right;
    const int32_t most = (high_word + (low_word + near < near)) >> scale.right;
    if (least == most) {
      return (int16_t)nn_clamp(least, low, high);
    }
  }
  return nn_round_s16((double)sum * real, low, high);
}

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]; two output channels a pass */
NN_SHARED void nn_fully_connected_s16(const nn_fully_connected_s16_t p, const int16_t *in, int16_t *out,
                                      const int8_t *weights, const int64_t *biases, const double *scales,
                                      const nn_scale_t *multipliers, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      int64_t acc[2] = {biases[oc], biases[oc + both]};
      nn_dot_1x2_s16(in, w0, w1, p.in_c, acc);
      for (int32_t i = 0; i <= both; ++i) {
        const int32_t channel = (oc + i) * p.scale_step;
        const int64_t sum = p.wide ? acc[i] : nn_low_word(acc[i]);
        out[oc + i] = nn_rescale_real_s16(sum, scales[channel], multipliers[channel], p.low, p.high);
      }
    }
  }
}

#endif
