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

/* Fours of outputs, saturated, of inputs in fours; the pointers to what each output has move on. */
typedef struct {
  const int8_t *in;
  int32_t skip; /* blocks of four inputs that sixteens have and `in` lacks, times NN_DENSE_BLOCK_BYTES */
  const int8_t *in_end;
  const int16_t *weights;
  const int32_t *biases;
  const nn_scale_t *scales;
  int32_t scale_step; /* bytes from an output's scale to the next's */
  int32_t zero;       /* 2 * zero point + 1 */
  int8_t *out, *out_end;
} nn_dense_pairs_t; /* isa/dense_pairs_armv7em.h knows the offsets */

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/dense_pairs_armv7em.h"
#else
#include "isa/dense_pairs_portable.h"
#endif

/* n rows: in[n][in_c], out[n][out_c], biases[out_c rounded up to fours]; four output channels a pass */
NN_SHARED void nn_fully_connected_pairs_s8(const nn_fully_connected_pairs_s8_t p, const int8_t *in,
                                           int8_t *out, const int16_t *weights, const int32_t *biases,
                                           const nn_scale_t *scales, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c) {
    int8_t *const first = out, *const end = out + p.out_c;
    nn_dense_pairs_t t = {in,
                          (4 - p.in_c / 4 % 4) % 4 * NN_DENSE_BLOCK_BYTES,
                          in + p.in_c,
                          weights,
                          biases,
                          scales,
                          p.scale_step * (int32_t)sizeof(nn_scale_t),
                          2 * p.out_zero + 1,
                          out,
                          p.in_c % 4 == 0 ? out + p.out_c / 4 * 4 : out};
    if (t.out != t.out_end) {
      nn_dense_pairs_s8(&t);
    }
    const int32_t done = (int32_t)(t.out_end - out);
    const int16_t *w = weights + done / 2 * p.in_c;
    for (out = t.out_end; out < end;) {
      int32_t acc[4];
      w = nn_dot_1x4_pairs_s8(in, w, p.in_c, biases + (out - first), acc);
      for (int32_t i = 0; i < 4 && out < end; ++i, ++out) {
        const nn_scale_t scale = scales[(out - first) * p.scale_step];
        *out = nn_clamp_s8(nn_rescale_once(acc[i], scale, 0, p.out_zero), -128, 127);
      }
    }
    if (p.low > -128 || p.high < 127) {
      for (out = first; out != end; ++out) {
        *out = nn_clamp_s8(*out, p.low, p.high);
      }
    }
  }
}

#endif
