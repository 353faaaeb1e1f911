/* AVERAGE_POOL_2D over a whole image, int8, row by row as they arrive: see nn_average_pool_2d_s8.h. */
#ifndef NN_AVERAGE_POOL_2D_ROWS_S8_H
#define NN_AVERAGE_POOL_2D_ROWS_S8_H

#include "nn_average_pool_2d_s8.h"
#include "nn_sum_rows.h"

typedef struct {
  int32_t in_h, in_w, c; /* input rows, columns, channels */
  int32_t low, high;     /* clamp of the output */
  int narrow;            /* sums are int16 */
} nn_average_pool_2d_rows_s8_t;

enum { NN_MOST_MULTIPLIED = 361 }; /* counts for which a multiplication divides */

/* nn_rounding_mean for a literal count: x / count = x * (2^24 / count + 1) >> 24 for x = |sum| + count / 2,
 * as x <= 128.5 * count and 128.5 * count^2 < 2^24. */
NN_KERNEL int32_t nn_literal_mean(int32_t sum, int32_t count) {
  if (count > NN_MOST_MULTIPLIED) {
    return nn_rounding_mean(sum, count);
  }
  const uint32_t x = (uint32_t)((sum > 0 ? sum : -sum) + count / 2);
  const int32_t mean = (int32_t)(x * ((1u << 24) / (uint32_t)count + 1u) >> 24);
  return sum > 0 ? mean : -mean;
}

/* Adds input rows [y0, y1) to sums[c] (see nn_sum_rows.h); the last row gives out[c]. */
NN_KERNEL void nn_average_pool_2d_rows_s8(const nn_average_pool_2d_rows_s8_t p, nn_rows_s8 in, int8_t *out,
                                          void *sums, int32_t y0, int32_t y1) {
  nn_sum_rows_s8(in, p.in_h, p.in_w, p.c, p.narrow, sums, y0, y1);
  if (y0 < y1 && y1 == p.in_h) {
    for (int32_t i = 0; i < p.c; ++i) {
      out[i] = nn_clamp_s8(nn_literal_mean(nn_sum_at(sums, i, p.narrow), p.in_h * p.in_w), p.low, p.high);
    }
  }
}

#endif
