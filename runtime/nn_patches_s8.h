/* The patches under a convolution's window, int8: the taps of one output pixel, gathered one after the other.
 * Taps outside the image hold the zero point. */
#ifndef NN_PATCHES_S8_H
#define NN_PATCHES_S8_H

#include "nn_fill_s8.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
} nn_patches_s8_t;

/* The pixels under one row of taps, k_w * in_c bytes from `row` on at column x; padding is the zero point. */
NN_KERNEL void nn_gather_row_s8(const nn_patches_s8_t p, const int8_t *row, int inside, int32_t x,
                                int8_t *to) {
  if (inside && p.dilation_w == 1 && x >= 0 && x + p.k_w <= p.in_w) {
    nn_copy_s8(to, row + x * p.in_c, p.k_w * p.in_c);
    return;
  }
  for (int32_t kx = 0; kx < p.k_w; ++kx, to += p.in_c) {
    const int32_t at = x + kx * p.dilation_w;
    if (inside && at >= 0 && at < p.in_w) {
      nn_copy_s8(to, row + at * p.in_c, p.in_c);
    } else {
      nn_fill_s8(to, p.in_zero, p.in_c);
    }
  }
}

/* The patches of output pixels (y, x), (y, x + 1), …: k_h * k_w * in_c bytes each. */
NN_KERNEL void nn_gather_s8(const nn_patches_s8_t p, nn_rows_s8 in, int32_t y, int32_t x, int32_t pixels,
                            int8_t *patches) {
  for (int32_t ky = 0; ky < p.k_h; ++ky) {
    const int32_t in_y = y * p.stride_h - p.pad_top + ky * p.dilation_h;
    /* Not a null pointer outside: GCC would follow it to the arena that a row starts, and warn. */
    const int inside = in_y >= 0 && in_y < p.in_h;
    const int8_t *row = nn_row_s8(in, inside ? in_y : 0, p.in_h);
    for (int32_t j = 0; j < pixels; ++j) {
      nn_gather_row_s8(p, row, inside, (x + j) * p.stride_w - p.pad_left,
                       patches + (j * p.k_h + ky) * p.k_w * p.in_c);
    }
  }
}

#endif
