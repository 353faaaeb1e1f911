/* FULLY_CONNECTED, int16 activations and int8 weights, whose sums the compiler has proved to have 32 bits:
 * four outputs a pass, rescaled as nn_fully_connected_s16.h does. */
#ifndef NN_FULLY_CONNECTED_NARROW_S16_H
#define NN_FULLY_CONNECTED_NARROW_S16_H

#include "nn_fully_connected_s16.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  int32_t scale_step;  /* 0: one scale for all outputs, 1: one each */
  int32_t low, high;   /* clamp of the output */
} nn_fully_connected_narrow_s16_t;

/* nn_dot_1x4_rows_s16(x, w, n, sums)                        sums[i] = x . w[i] of n numbers, i < 4
 * nn_rescale_fours_s16(sums, multipliers, step, low, high, out)
 *                                                           four outputs by scales a step of 0 or 1 apart; 0
 * where some product is near a tie, or there are no vectors */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/dense_s16_mve.h"
#else
#include "isa/dense_s16_portable.h"
#endif

/* The outputs from oc on, of which there are `count`, at most 4. Multipliers and biases go by fours, too. */
NN_KERNEL void nn_fully_connected_four_s16(const nn_fully_connected_narrow_s16_t *p, const int16_t *in,
                                           const int8_t *weights, const int32_t *biases, const double *scales,
                                           const nn_scale_t *multipliers, int32_t oc, int32_t count,
                                           int16_t *out) {
  const int8_t *const w0 = weights + oc * p->in_c, *const w1 = w0 + (count > 1 ? p->in_c : 0);
  const int8_t *const w2 = w1 + (count > 2 ? p->in_c : 0), *const w3 = w2 + (count > 3 ? p->in_c : 0);
  const int8_t *const w[4] = {w0, w1, w2, w3};
  int32_t sums[4];
  int16_t last[4], *const found = count == 4 ? out + oc : last;
  nn_dot_1x4_rows_s16(in, w, p->in_c, sums);
  for (int32_t i = 0; i < 4; ++i) {
    sums[i] += biases[oc + i];
  }
  if (!nn_rescale_fours_s16(sums, multipliers + oc * p->scale_step, p->scale_step, p->low, p->high, found)) {
    for (int32_t i = 0; i < count; ++i) {
      const int32_t channel = (oc + i) * p->scale_step;
      found[i] = nn_rescale_real_s16(sums[i], scales[channel], multipliers[channel], p->low, p->high);
    }
  }
  for (int32_t i = 0; i < count && count < 4; ++i) {
    out[oc + i] = found[i];
  }
}

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c] */
NN_SHARED void nn_fully_connected_narrow_s16(const nn_fully_connected_narrow_s16_t p, const int16_t *in,
                                             int16_t *out, const int8_t *weights, const int32_t *biases,
                                             const double *scales, const nn_scale_t *multipliers, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 4) {
      const int32_t left = p.out_c - oc;
      nn_fully_connected_four_s16(&p, in, weights, biases, scales, multipliers, oc, left < 4 ? left : 4, out);
    }
  }
}

#endif
