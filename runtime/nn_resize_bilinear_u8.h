/* RESIZE_BILINEAR, uint8, interpolated in float32 and rounded by adding one half. */
#ifndef NN_RESIZE_BILINEAR_U8_H
#define NN_RESIZE_BILINEAR_U8_H

#include "nn_resize_bilinear.h"
#include "nn_rows.h"

typedef nn_resize_bilinear_t nn_resize_bilinear_u8_t;

/* Output rows [y0, y1). */
NN_KERNEL void nn_resize_bilinear_u8(const nn_resize_bilinear_u8_t p, nn_rows_u8 in, nn_rows_u8 out,
                                     const nn_between_t *rows, const float *rows_part,
                                     const nn_between_t *columns, const float *columns_part, int32_t y0,
                                     int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const uint8_t *low = nn_row_u8(in, rows[y].low, p.in_h), *high = nn_row_u8(in, rows[y].high, p.in_h);
    uint8_t *o = nn_row_u8(out, y, p.out_h);
    const float below = rows_part[y], above = 1.0f - below;
    for (int32_t x = 0; x < p.out_w; ++x) {
      const float right = columns_part[x], left = 1.0f - right;
      const int32_t a = columns[x].low * p.c, b = columns[x].high * p.c;
      for (int32_t c = 0; c < p.c; ++c) {
        const float sum = (float)low[a + c] * above * left + (float)high[a + c] * below * left +
                          (float)low[b + c] * above * right + (float)high[b + c] * below * right;
        *o++ = (uint8_t)(sum + 0.5f);
      }
    }
  }
}

#endif
