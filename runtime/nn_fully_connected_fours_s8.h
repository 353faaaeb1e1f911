/* FULLY_CONNECTED, int8, four outputs or more, with the scales in fours (compiler/ops/dense.py): see
 * nn_dense_s8.h. */
#ifndef NN_FULLY_CONNECTED_FOURS_S8_H
#define NN_FULLY_CONNECTED_FOURS_S8_H

#include "nn_dense_s8.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row; out_c >= 4 */
  int32_t scale_step;  /* 0: one scale for all outputs, 12: each has one */
  int32_t low, high;   /* clamp of the output */
} nn_fully_connected_fours_s8_t;

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c]. Biases and scales go in fours, the last of them
 * of the last four outputs. */
NN_SHARED void nn_fully_connected_fours_s8(const nn_fully_connected_fours_s8_t p, const int8_t *in,
                                           int8_t *out, const int8_t *weights, const int32_t *biases,
                                           const int32_t *scales, int32_t n) {
  const int32_t most = p.out_c / 4 * 4;
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    nn_dense_t t = {in, weights, biases, scales, out, out + most, p.in_c, p.scale_step, p.low, p.high};
    nn_dense_s8(&t);
    if (most < p.out_c) {
      t.weights = weights + (p.out_c - 4) * p.in_c;
      t.biases = biases + most;
      t.scales = scales + most / 4 * p.scale_step;
      t.out = out + p.out_c - 4;
      t.end = out + p.out_c;
      nn_dense_s8(&t);
    }
  }
}

#endif
