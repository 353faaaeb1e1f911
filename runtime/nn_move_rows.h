/* What nn_copy_strided does, row by row: each output row is made of parts of one input row, of any type. */
#ifndef NN_MOVE_ROWS_H
#define NN_MOVE_ROWS_H

#include "nn_copy_strided.h"
#include "nn_rows.h"

/* Output row y takes from input row i = (first + y * step) / over; where several take from one, the part of
 * the k-th of them, k = (first + y * step) % over, starts k * shift bytes further. All but rows in bytes. */
typedef struct {
  int32_t in_h, out_h;
  int32_t first, step, over, shift;
  int32_t in_start, out_start, run; /* contiguous bytes, the first run of a row */
  int32_t size0, in0, out0;         /* so many runs in a row, of two axes */
  int32_t size1, in1, out1;
} nn_move_rows_t;

/* Output rows [y0, y1); views of bytes. */
NN_KERNEL void nn_move_rows(const nn_move_rows_t p, nn_rows_u8 in, nn_rows_u8 out, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t at = p.first + y * p.step;
    const uint8_t *from = nn_row_u8(in, at / p.over, p.in_h) + p.in_start + at % p.over * p.shift;
    uint8_t *to = nn_row_u8(out, y, p.out_h) + p.out_start;
    for (int32_t i = 0; i < p.size0; ++i) {
      for (int32_t j = 0; j < p.size1; ++j) {
        NN_MOVE(to + (i * p.out0 + j * p.out1), from + (i * p.in0 + j * p.in1), (size_t)p.run);
      }
    }
  }
}

#endif
