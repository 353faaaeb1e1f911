/* Row views: a tensor, or the part of it that is held, as rows of an image.
 *
 * Row y starts at base + (y % depth) * stride, stride in elements. depth == height is the whole tensor (the
 * modulo folds away); a smaller depth is a line buffer that holds the last `depth` rows. Rows from `first`
 * on, made in the turn that runs, may stand apart: row y at fresh + (y - first) * stride.
 */
#ifndef NN_ROWS_H
#define NN_ROWS_H

#include "nn_fill_s8.h"

typedef struct {
  int8_t *base;
  int32_t stride;
  int32_t depth;
  int8_t *fresh; /* or null */
  int32_t first;
} nn_rows_s8;

typedef struct {
  int16_t *base;
  int32_t stride;
  int32_t depth;
  int16_t *fresh;
  int32_t first;
} nn_rows_s16;

typedef struct {
  uint8_t *base;
  int32_t stride;
  int32_t depth;
  uint8_t *fresh;
  int32_t first;
} nn_rows_u8;

typedef struct {
  float *base;
  int32_t stride;
  int32_t depth;
  float *fresh;
  int32_t first;
} nn_rows_f32;

NN_KERNEL int8_t *nn_row_s8(nn_rows_s8 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : y % v.depth) * v.stride;
}

NN_KERNEL int16_t *nn_row_s16(nn_rows_s16 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : y % v.depth) * v.stride;
}

NN_KERNEL uint8_t *nn_row_u8(nn_rows_u8 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : y % v.depth) * v.stride;
}

NN_KERNEL float *nn_row_f32(nn_rows_f32 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : y % v.depth) * v.stride;
}

/* Fresh rows [y0, y1), of `bytes` each, go where a line buffer of `depth` rows keeps them. */
NN_SHARED void nn_keep_rows(uint8_t *line, const uint8_t *fresh, int32_t bytes, int32_t depth, int32_t y0,
                            int32_t y1) {
  for (int32_t y = y1 - y0 > depth ? y1 - depth : y0; y < y1; ++y) {
    nn_copy_s8((int8_t *)line + y % depth * bytes, (const int8_t *)fresh + (y - y0) * bytes, bytes);
  }
}

/* Rows of a tensor that are there after turn t of a region. */
NN_KERNEL int32_t nn_ready(int32_t t, int32_t add, int32_t divisor, int32_t height) {
  return nn_clamp((t + add) / divisor, 0, height);
}

#endif
