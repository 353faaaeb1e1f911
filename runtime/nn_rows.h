/* Row views: a tensor, or the part of it that is held, as rows of an image.
 *
 * Row y starts at base + (y % depth) * stride, stride in elements. depth == height is the whole tensor (the
 * modulo folds away); a smaller depth is a line buffer that holds the last `depth` rows.
 */
#ifndef NN_ROWS_H
#define NN_ROWS_H

#include "nn_quant.h"

typedef struct {
  int8_t *base;
  int32_t stride;
  int32_t depth;
} nn_rows_s8;

typedef struct {
  float *base;
  int32_t stride;
  int32_t depth;
} nn_rows_f32;

NN_KERNEL int8_t *nn_row_s8(nn_rows_s8 v, int32_t y, int32_t height) {
  return v.base + (v.depth == height ? y : y % v.depth) * v.stride;
}

NN_KERNEL float *nn_row_f32(nn_rows_f32 v, int32_t y, int32_t height) {
  return v.base + (v.depth == height ? y : y % v.depth) * v.stride;
}

/* Rows of a tensor that are there after turn t of a region. */
NN_KERNEL int32_t nn_ready(int32_t t, int32_t add, int32_t divisor, int32_t height) {
  return nn_clamp((t + add) / divisor, 0, height);
}

#endif
