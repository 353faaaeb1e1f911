/* RESIZE_NEAREST_NEIGHBOR: copies of pixels, of any type, whose rows and columns are in tables. */
#ifndef NN_RESIZE_NEAREST_NEIGHBOR_H
#define NN_RESIZE_NEAREST_NEIGHBOR_H

#include "nn_copy_strided.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w, out_h, out_w;
  int32_t pixel; /* bytes */
} nn_resize_nearest_neighbor_t;

/* Output rows [y0, y1); views of bytes. */
NN_KERNEL void nn_resize_nearest_neighbor(const nn_resize_nearest_neighbor_t p, nn_rows_u8 in, nn_rows_u8 out,
                                          const uint16_t *rows, const uint16_t *columns, int32_t y0,
                                          int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const uint8_t *row = nn_row_u8(in, rows[y], p.in_h);
    uint8_t *to = nn_row_u8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, to += p.pixel) {
      NN_MOVE(to, row + columns[x] * p.pixel, (size_t)p.pixel);
    }
  }
}

#endif
