/* Lines: images of one column, whose rows are steps of time. The windows of neighbouring steps overlap, so
 * that a kernel takes the steps under all windows of a pass at once, where they stand one after the other, or
 * copied into a strip. Steps outside the line hold the zero point.
 */
#ifndef NN_LINE_S8_H
#define NN_LINE_S8_H

#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_c;   /* input steps, channels */
  int32_t out_h, out_c; /* output */
  int32_t k;            /* kernel */
  int32_t stride, dilation;
  int32_t pad;               /* steps before the first */
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* of the kernel's sums: NN_TILES_… or NN_SHIFT_… */
  int32_t mixed;             /* of tiles: does the network round both ways? */
} nn_line_s8_t;

/* n steps from step y on, copied to `to`. */
NN_KERNEL void nn_copy_steps_s8(const nn_line_s8_t p, nn_rows_s8 in, int32_t y, int32_t n, int8_t *to) {
  const int32_t before = nn_clamp(-y, 0, n), end = nn_min(y + n, p.in_h);
  int8_t *o = nn_fill_s8(to, p.in_zero, before * p.in_c);
  for (int32_t at = y + before; at < end;) {
    const int32_t rows = nn_min(nn_together_s8(in, at, p.in_h), end - at);
    o = nn_copy_s8(o, nn_row_s8(in, at, p.in_h), rows * p.in_c);
    at += rows;
  }
  if (y + n > p.in_h) {
    nn_fill_s8(o, p.in_zero, (int32_t)(to + n * p.in_c - o));
  }
}

/* The steps under `pixels` windows from output step y on, of a kernel without dilation: where they stand, or
 * before `end`. */
NN_KERNEL const int8_t *nn_line_strip_s8(const nn_line_s8_t p, nn_rows_s8 in, int32_t y, int32_t pixels,
                                         int8_t *end) {
  const int32_t first = y * p.stride - p.pad, n = (pixels - 1) * p.stride + p.k;
  if (first >= 0 && first + n <= p.in_h && nn_together_s8(in, first, p.in_h) >= n) {
    return nn_row_s8(in, first, p.in_h);
  }
  nn_copy_steps_s8(p, in, first, n, end - n * p.in_c);
  return end - n * p.in_c;
}

/* Bytes from a window to the next one as nn_line_windows_s8 leaves them. */
NN_KERNEL int32_t nn_line_step(const nn_line_s8_t p) { return p.in_c * (p.dilation == 1 ? p.stride : p.k); }

/* The windows of `pixels` steps from output step y on, copied to `to`, nn_line_step apart. */
NN_KERNEL void nn_line_windows_s8(const nn_line_s8_t p, nn_rows_s8 in, int32_t y, int32_t pixels,
                                  int8_t *to) {
  if (p.dilation == 1) {
    nn_copy_steps_s8(p, in, y * p.stride - p.pad, (pixels - 1) * p.stride + p.k, to);
    return;
  }
  for (int32_t j = 0; j < pixels; ++j) {
    for (int32_t k = 0; k < p.k; ++k) {
      const int32_t at = (y + j) * p.stride - p.pad + k * p.dilation;
      to = at >= 0 && at < p.in_h ? nn_copy_s8(to, nn_row_s8(in, at, p.in_h), p.in_c)
                                  : nn_fill_s8(to, p.in_zero, p.in_c);
    }
  }
}

/* Tap k of the windows of output steps y, y + apart, …, each in_c bytes; `outside` is a step of zero points.
 */
NN_KERNEL void nn_line_tap_s8(const nn_line_s8_t p, nn_rows_s8 in, int32_t y, int32_t apart, int32_t count,
                              int32_t k, const int8_t *outside, const int8_t **tap) {
  for (int32_t j = 0; j < count; ++j) {
    const int32_t at = (y + j * apart) * p.stride - p.pad + k * p.dilation;
    tap[j] = at >= 0 && at < p.in_h ? nn_row_s8(in, at, p.in_h) : outside;
  }
}

#endif
