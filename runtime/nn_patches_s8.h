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
  int32_t rounding;          /* of the kernel's sums: NN_TILES_… */
  int32_t mixed;             /* does the network round both ways? */
  int32_t slice, group;      /* of lean kernels: rows of taps, output channels at a time */
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

/* A row of input under a window: where it is, if it is inside the image. */
typedef struct {
  const int8_t *at; /* never null: GCC would follow it to the arena that a row starts, and warn */
  int inside;
} nn_patch_row_t;

NN_KERNEL nn_patch_row_t nn_patch_row(const nn_patches_s8_t p, nn_rows_s8 in, int32_t y, int32_t ky) {
  const int32_t in_y = y * p.stride_h - p.pad_top + ky * p.dilation_h;
  const int inside = in_y >= 0 && in_y < p.in_h;
  const nn_patch_row_t row = {nn_row_s8(in, inside ? in_y : 0, p.in_h), inside};
  return row;
}

/* The first rows under the windows of an output row, found once for all its pixels. */
enum { NN_PATCH_ROWS = 12 };
typedef struct {
  nn_patch_row_t of[NN_PATCH_ROWS];
} nn_patch_rows_t;

NN_KERNEL void nn_patch_rows(const nn_patches_s8_t p, nn_rows_s8 in, int32_t y, nn_patch_rows_t *rows) {
  rows->of[0] = nn_patch_row(p, in, y, 0);
  rows->of[1] = nn_patch_row(p, in, y, 1);
  rows->of[2] = nn_patch_row(p, in, y, 2);
  for (int32_t ky = 3; ky < NN_PATCH_ROWS && ky < p.k_h; ++ky) {
    rows->of[ky] = nn_patch_row(p, in, y, ky);
  }
}

/* Rows [ky, end) of taps of the patches of `pixels` (1 to 3) output pixels from (y, x) on, `step` apart. */
NN_KERNEL void nn_gather_rows_s8(const nn_patches_s8_t p, nn_rows_s8 in, const nn_patch_rows_t *rows,
                                 int32_t y, int32_t x, int32_t pixels, int32_t ky, int32_t end,
                                 int8_t *patches, int32_t step) {
  const int32_t run = p.k_w * p.in_c, first = x * p.stride_w - p.pad_left, next = p.stride_w * p.in_c;
  const int within =
      pixels == 3 && p.dilation_w == 1 && first >= 0 && first + 2 * p.stride_w + p.k_w <= p.in_w;
  for (; ky < end; ++ky, patches += run) {
    const nn_patch_row_t row = ky < NN_PATCH_ROWS ? rows->of[ky] : nn_patch_row(p, in, y, ky);
    if (row.inside && within) {
      const int8_t *a = row.at + first * p.in_c;
      nn_copy_s8(patches, a, run);
      nn_copy_s8(patches + step, a + next, run);
      nn_copy_s8(patches + 2 * step, a + 2 * next, run);
    } else {
      for (int32_t j = 0; j < pixels; ++j) {
        nn_gather_row_s8(p, row.at, row.inside, first + j * p.stride_w, patches + j * step);
      }
    }
  }
}

/* The whole patches: k_h * k_w * in_c bytes, `step` apart. */
NN_KERNEL void nn_gather_s8(const nn_patches_s8_t p, nn_rows_s8 in, const nn_patch_rows_t *rows, int32_t y,
                            int32_t x, int32_t pixels, int8_t *patches, int32_t step) {
  nn_gather_rows_s8(p, in, rows, y, x, pixels, 0, p.k_h, patches, step);
}

#endif
