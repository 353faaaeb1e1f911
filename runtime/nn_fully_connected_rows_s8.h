/* FULLY_CONNECTED, int8, its input row by row as an image's rows arrive: see nn_fully_connected_s8.h. */
#ifndef NN_FULLY_CONNECTED_ROWS_S8_H
#define NN_FULLY_CONNECTED_ROWS_S8_H

#include "isa/api.h"
#include "nn_rows.h"

typedef struct {
  int32_t rows, row;  /* the input is `rows` rows of `row` elements */
  int32_t out_c;      /* outputs */
  int32_t scale_step; /* 0: one scale for all outputs, 1: one each */
  int32_t left;       /* how far sums go left before the scale */
  int32_t out_zero;   /* zero point of the output; the input's is in the biases */
  int32_t low, high;  /* clamp of the output */
} nn_fully_connected_rows_s8_t;

/* Adds the products of input rows [y0, y1) to sums[out_c]; the last row gives out[out_c]. weights[out_c][rows
 * * row]. */
NN_KERNEL void nn_fully_connected_rows_s8(const nn_fully_connected_rows_s8_t p, nn_rows_s8 in, int8_t *out,
                                          int32_t *sums, const int8_t *weights, const int32_t *biases,
                                          const nn_scale_t *scales, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const int8_t *a = nn_row_s8(in, y, p.rows);
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + (oc * p.rows + y) * p.row, *w1 = both ? w0 + p.rows * p.row : w0;
      const int32_t *start = y == 0 ? biases : sums;
      int32_t acc[2] = {start[oc], start[oc + both]};
      nn_dot_1x2_s8(a, w0, w1, p.row, acc);
      sums[oc] = acc[0];
      sums[oc + both] = acc[both];
    }
  }
  if (y0 < y1 && y1 == p.rows) {
    for (int32_t i = 0; i < p.out_c; ++i) {
      const int32_t y = nn_rescale_once(sums[i], scales[i * p.scale_step], p.left, p.out_zero);
      out[i] = (int8_t)nn_clamp(y, p.low, p.high);
    }
  }
}

#endif
