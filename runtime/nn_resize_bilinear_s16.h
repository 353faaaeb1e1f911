/* RESIZE_BILINEAR, int16: positions between pixels in 1024ths, halves rounded away from zero. */
#ifndef NN_RESIZE_BILINEAR_S16_H
#define NN_RESIZE_BILINEAR_S16_H

#include "nn_resize_bilinear.h"
#include "nn_rows.h"

typedef nn_resize_bilinear_t nn_resize_bilinear_s16_t;

/* Output rows [y0, y1). */
NN_KERNEL void nn_resize_bilinear_s16(const nn_resize_bilinear_s16_t p, nn_rows_s16 in, nn_rows_s16 out,
                                      const nn_tap_t *rows, const nn_tap_t *columns, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const nn_tap_t r = rows[y];
    const int16_t *low = nn_row_s16(in, r.low, p.in_h), *high = nn_row_s16(in, r.high, p.in_h);
    int16_t *o = nn_row_s16(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x) {
      const nn_tap_t t = columns[x];
      const int32_t right = t.part, left = 1024 - right, below = r.part, above = 1024 - below;
      const int64_t w00 = above * left, w10 = below * left, w01 = above * right, w11 = below * right;
      const int32_t a = t.low * p.c, b = t.high * p.c;
      for (int32_t c = 0; c < p.c; ++c) {
        const int64_t sum = low[a + c] * w00 + high[a + c] * w10 + low[b + c] * w01 + high[b + c] * w11;
        *o++ = (int16_t)((sum + (sum > 0 ? 1 << 19 : -(1 << 19))) / (1 << 20));
      }
    }
  }
}

#endif
