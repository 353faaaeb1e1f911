/* MAX_POOL_2D, int8 (TFLite reference_integer_ops::MaxPool). Four channels a pass. */
#ifndef NN_MAX_POOL_2D_S8_H
#define NN_MAX_POOL_2D_S8_H

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
} nn_max_pool_2d_s8_t;

/* Four channels of one pixel: the window of `rows` by `columns` taps; in_x in elements. */
NN_KERNEL void nn_max_pool_2d_quad_s8(const nn_max_pool_2d_s8_t p, nn_rows_s8 in, int32_t in_x,
                                      const nn_window_rows_s8_t *rows, nn_taps_t columns, int8_t *out) {
  /* Where the clamp's lower end lies above all values, it begins the maximum. */
  nn_quad_t most = nn_splat_quad((int8_t)p.low);
  for (int32_t ky = rows->taps.first; ky < rows->taps.last; ++ky) {
    const int8_t *a = nn_window_row_s8(in, rows, ky, p.k_h, 1, p.in_h) + in_x + columns.first * p.c;
    for (int32_t kx = columns.first; kx < columns.last; ++kx, a += p.c) {
      most = nn_max_quad(most, nn_load_quad(a));
    }
  }
  nn_store_quad(p.high < 127 ? nn_min_quad(most, nn_splat_quad((int8_t)p.high)) : most, out);
}

/* The same for one channel. */
NN_KERNEL void nn_max_pool_2d_single_s8(const nn_max_pool_2d_s8_t p, nn_rows_s8 in, int32_t in_x,
                                        const nn_window_rows_s8_t *rows, nn_taps_t columns, int8_t *out) {
  int32_t most = p.low;
  for (int32_t ky = rows->taps.first; ky < rows->taps.last; ++ky) {
    const int8_t *a = nn_window_row_s8(in, rows, ky, p.k_h, 1, p.in_h) + in_x + columns.first * p.c;
    for (int32_t kx = columns.first; kx < columns.last; ++kx, a += p.c) {
      most = *a > most ? *a : most;
    }
  }
  *out = (int8_t)(most < p.high ? most : p.high);
}

/* Output rows [y0, y1). */
NN_KERNEL void nn_max_pool_2d_s8(const nn_max_pool_2d_s8_t p, nn_rows_s8 in, nn_rows_s8 out, int32_t y0,
                                 int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    nn_window_rows_s8_t rows;
    nn_window_rows_s8(in, y, p.out_h, p.stride_h, p.pad_top, p.k_h, 1, p.in_h, &rows);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.c) {
      const nn_taps_t columns = nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, 1, p.in_w);
      const int32_t in_x = (x * p.stride_w - p.pad_left) * p.c;
      int32_t c = 0;
      for (; c + 4 <= p.c; c += 4) {
        nn_max_pool_2d_quad_s8(p, in, in_x + c, &rows, columns, o + c);
      }
      for (; c < p.c; ++c) {
        nn_max_pool_2d_single_s8(p, in, in_x + c, &rows, columns, o + c);
      }
    }
  }
}

#endif
