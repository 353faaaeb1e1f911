/* MEAN over rows and columns, int8, row by row as they arrive: see nn_mean_s8.h. */
#ifndef NN_MEAN_ROWS_S8_H
#define NN_MEAN_ROWS_S8_H

#include "nn_sum_rows.h"

typedef struct {
  int32_t in_h, in_w, c;     /* input rows, columns, channels */
  int32_t in_zero, out_zero; /* zero points */
  int32_t multiplier, shift; /* of a sum; the division by the count is in them */
  int32_t rounding;          /* NN_SHIFT_… */
  int narrow;                /* sums are int16 */
} nn_mean_rows_s8_t;

/* Adds input rows [y0, y1) to sums[c] (see nn_sum_rows.h); the last row gives out[c]. */
NN_KERNEL void nn_mean_rows_s8(const nn_mean_rows_s8_t p, nn_rows_s8 in, int8_t *out, void *sums, int32_t y0,
                               int32_t y1) {
  nn_sum_rows_s8(in, p.in_h, p.in_w, p.c, p.narrow, sums, y0, y1);
  if (y0 < y1 && y1 == p.in_h) {
    const nn_channel_t scale = {-p.in_h * p.in_w * p.in_zero, p.multiplier, p.shift};
    for (int32_t i = 0; i < p.c; ++i) {
      out[i] =
          nn_output_s8(nn_sum_at(sums, i, p.narrow) + scale.bias, &scale, p.rounding, p.out_zero, -128, 127);
    }
  }
}

#endif
