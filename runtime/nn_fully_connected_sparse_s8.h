/* FULLY_CONNECTED, int8, of weights the fours that are not all zero, one rounding (TFLite
 * reference_integer_ops). */
#ifndef NN_FULLY_CONNECTED_SPARSE_S8_H
#define NN_FULLY_CONNECTED_SPARSE_S8_H

#include "isa/api.h"

typedef struct {
  int32_t in_c, out_c; /* inputs, in fours, and outputs of a row */
  int32_t scale_step;  /* 0: one scale for all outputs, 1: one each */
  int32_t left;        /* how far sums go left before the scale */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
} nn_fully_connected_sparse_s8_t;

/* n rows: in[n][in_c], out[n][out_c]. Of output c counts[c] fours of weights follow those of the output
 * before: each stands `steps` fours behind the one before, the first behind input 0. */
NN_SHARED void nn_fully_connected_sparse_s8(const nn_fully_connected_sparse_s8_t p, const int8_t *in,
                                            int8_t *out, const int8_t *weights, const uint8_t *steps,
                                            const uint16_t *counts, const int32_t *biases,
                                            const nn_scale_t *scales, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    const int8_t *w = weights;
    const uint8_t *step = steps;
    for (int32_t oc = 0; oc < p.out_c; ++oc) {
      const int8_t *a = in;
      int32_t acc = biases[oc];
      for (const uint8_t *end = step + counts[oc]; step != end; ++step, w += 4) {
        nn_pair_t a_even, a_odd, w_even, w_odd;
        a += 4 * *step;
        nn_load_pairs_s8(a, &a_even, &a_odd);
        nn_load_pairs_s8(w, &w_even, &w_odd);
        acc = nn_dot_pair(a_odd, w_odd, nn_dot_pair(a_even, w_even, acc));
      }
      const int32_t y = nn_rescale_once(acc, scales[oc * p.scale_step], p.left, p.out_zero);
      out[oc] = nn_clamp_s8(y, p.low, p.high);
    }
  }
}

#endif
