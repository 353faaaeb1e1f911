/* L2_POOL_2D, float32 (TFLite reference_ops::L2Pool): the root of the mean of the squares of the taps inside
 * the image. */
#ifndef NN_L2_POOL_2D_F32_H
#define NN_L2_POOL_2D_F32_H

#include <math.h>

#include "nn_float.h"
#include "nn_rows.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w;   /* input rows, columns */
  int32_t out_h, out_w; /* output */
  int32_t c;            /* channels */
  int32_t k_h, k_w;     /* window */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left;
  float low, high; /* clamp of the output */
} nn_l2_pool_2d_f32_t;

/* Output rows [y0, y1). */
NN_KERNEL void nn_l2_pool_2d_f32(const nn_l2_pool_2d_f32_t p, nn_rows_f32 in, nn_rows_f32 out, int32_t y0,
                                 int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, 1, p.in_h);
    float *o = nn_row_f32(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x, o += p.c) {
      const nn_taps_t columns = nn_taps_inside(x, p.out_w, p.stride_w, p.pad_left, p.k_w, 1, p.in_w);
      const int32_t in_y = y * p.stride_h - p.pad_top;
      const int32_t in_x = x * p.stride_w - p.pad_left + columns.first;
      for (int32_t c = 0; c < p.c; ++c) {
        float sum = 0.0f;
        for (int32_t ky = rows.first; ky < rows.last; ++ky) {
          const float *a = nn_row_f32(in, in_y + ky, p.in_h) + in_x * p.c + c;
          for (int32_t kx = columns.first; kx < columns.last; ++kx, a += p.c) {
            sum += *a * *a;
          }
        }
        const int32_t count = (rows.last - rows.first) * (columns.last - columns.first);
        o[c] = nn_clamp_f32(sqrtf(sum / (float)count), p.low, p.high);
      }
    }
  }
}

#endif
