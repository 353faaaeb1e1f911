/* The rows under a sliding window. Where a row view holds only some of the image, they are found once for all
 * pixels and channels of an output row. */
#ifndef NN_WINDOW_ROWS_S8_H
#define NN_WINDOW_ROWS_S8_H

#include "nn_rows.h"
#include "nn_window.h"

enum { NN_WINDOW_ROWS = 16 };

typedef struct {
  int32_t in_y;   /* of tap 0 */
  nn_taps_t taps; /* inside the image */
  const int8_t *of[NN_WINDOW_ROWS];
} nn_window_rows_s8_t;

/* Whether rows are found ahead: of windows of k_h rows of an image of in_h. */
NN_KERNEL int nn_window_ahead_s8(nn_rows_s8 in, int32_t k_h, int32_t in_h) {
  return k_h <= NN_WINDOW_ROWS && (in.depth != in_h || in.fresh);
}

/* For output row y of out_h. */
NN_KERNEL void nn_window_rows_s8(nn_rows_s8 in, int32_t y, int32_t out_h, int32_t stride, int32_t pad,
                                 int32_t k_h, int32_t dilation, int32_t in_h, nn_window_rows_s8_t *rows) {
  rows->in_y = y * stride - pad;
  rows->taps = nn_taps_inside(y, out_h, stride, pad, k_h, dilation, in_h);
  if (nn_window_ahead_s8(in, k_h, in_h)) {
    for (int32_t ky = 0; ky < k_h; ++ky) { /* those outside too: what is not read is never undefined */
      const int32_t at = rows->in_y + ky * dilation;
      rows->of[ky] = nn_row_s8(in, at >= 0 && at < in_h ? at : 0, in_h);
    }
  }
}

/* The row of tap ky. */
NN_KERNEL const int8_t *nn_window_row_s8(nn_rows_s8 in, const nn_window_rows_s8_t *rows, int32_t ky,
                                         int32_t k_h, int32_t dilation, int32_t in_h) {
  return nn_window_ahead_s8(in, k_h, in_h) ? rows->of[ky] : nn_row_s8(in, rows->in_y + ky * dilation, in_h);
}

#endif
