/* PAD, float32: rows, columns and channels of one value around each image. */
#ifndef NN_PAD_F32_H
#define NN_PAD_F32_H

#include "nn_fill_f32.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t top, left, front;    /* rows, columns and channels before the input */
  float value;
} nn_pad_f32_t;

/* Output rows [y0, y1). */
NN_KERNEL void nn_pad_f32(const nn_pad_f32_t p, nn_rows_f32 in, nn_rows_f32 out, int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    float *o = nn_row_f32(out, y, p.out_h);
    const int32_t in_y = y - p.top;
    if (in_y < 0 || in_y >= p.in_h) {
      nn_fill_f32(o, p.value, p.out_w * p.out_c);
      continue;
    }
    const float *a = nn_row_f32(in, in_y, p.in_h);
    o = nn_fill_f32(o, p.value, p.left * p.out_c);
    if (p.out_c == p.in_c) {
      o = nn_copy_f32(o, a, p.in_w * p.in_c);
    } else {
      for (int32_t x = 0; x < p.in_w; ++x, a += p.in_c) {
        o = nn_fill_f32(o, p.value, p.front);
        o = nn_copy_f32(o, a, p.in_c);
        o = nn_fill_f32(o, p.value, p.out_c - p.in_c - p.front);
      }
    }
    nn_fill_f32(o, p.value, (p.out_w - p.in_w - p.left) * p.out_c);
  }
}

#endif
