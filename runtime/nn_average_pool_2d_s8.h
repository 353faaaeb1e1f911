/* AVERAGE_POOL_2D, int8 (TFLite reference_integer_ops::AveragePool): the mean of the taps inside the image,
 * rounded half away from zero. Four channels a pass. */
#ifndef NN_AVERAGE_POOL_2D_S8_H
#define NN_AVERAGE_POOL_2D_S8_H

#include "isa/api.h"
#include "nn_window_rows_s8.h"

typedef struct {
  int32_t in_h, in_w;   /* input rows, columns */
  int32_t out_h, out_w; /* output */
  int32_t c;            /* channels */
  int32_t k_h, k_w;     /* window */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left;
  int32_t low, high; /* clamp of the output */
} nn_average_pool_2d_s8_t;

/* sum / count, rounded half away from zero */
NN_KERNEL int32_t nn_rounding_mean(int32_t sum, int32_t count) {
  return (sum > 0 ? sum + count / 2 : sum - count / 2) / count;
}

/* One pixel, `lanes` (1 or 4) channels from c on; in_x is the window's first column. */
NN_KERNEL void nn_average_pool_2d_lanes_s8(const nn_average_pool_2d_s8_t p, nn_rows_s8 in, int32_t in_x,
                                           const nn_window_rows_s8_t *rows, nn_taps_t columns, int32_t c,
                                           int lanes, int8_t *out) {
  const int32_t count = (rows->taps.last - rows->taps.first) * (columns.last - columns.first);
  int32_t sum[4] = {0, 0, 0, 0};
  for (int32_t ky = rows->taps.first; ky < rows->taps.last; ++ky) {
    const int8_t *a = nn_window_row_s8(in, rows, ky, p.k_h, 1, p.in_h) + (in_x + columns.first) * p.c + c;
    for (int32_t kx = columns.first; kx < columns.last; ++kx, a += p.c) {
      if (lanes == 4) {
        nn_add_x4_s8(a, sum);
      } else {
        sum[0] += a[0];
      }
    }
  }
  /* No loop: a variable index would keep the sums in memory. */
  out[c] = nn_clamp_s8(nn_rounding_mean(sum[0], count), p.low, p.high);
  if (lanes == 4) {
    out[c + 1] = nn_clamp_s8(nn_rounding_mean(sum[1], count), p.low, p.high);
    out[c + 2] = nn_clamp_s8(nn_rounding_mean(sum[2], count), p.low, p.high);
    out[c + 3] = nn_clamp_s8(nn_rounding_mean(sum[3], count), p.low, p.high);
  }
}

/* Output rows [y0, y1). */
NN_KERNEL void nn_average_pool_2d_s8(const nn_average_pool_2d_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                     int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    nn_window_rows_s8_t rows;
    nn_window_rows_s8(in, y, p.out_h, p.stride_h, p.pad_top, p.k_h, 1, p.in_h, &rows);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.c) {
      const nn_taps_t columns = nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, 1, p.in_w);
      const int32_t in_x = x * p.stride_w - p.pad_left;
      int32_t c = 0;
      for (; c + 4 <= p.c; c += 4) {
        nn_average_pool_2d_lanes_s8(p, in, in_x, &rows, columns, c, 4, o);
      }
      for (; c < p.c; ++c) {
        nn_average_pool_2d_lanes_s8(p, in, in_x, &rows, columns, c, 1, o);
      }
    }
  }
}

#endif
