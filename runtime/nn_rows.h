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

/* Where row y >= 0 stands among `depth`: unsigned, which is a mask where depth is a power of two. */
NN_KERNEL int32_t nn_slot(int32_t y, int32_t depth) { return (int32_t)((uint32_t)y % (uint32_t)depth); }

NN_KERNEL int8_t *nn_row_s8(nn_rows_s8 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : nn_slot(y, v.depth)) * v.stride;
}

NN_KERNEL int16_t *nn_row_s16(nn_rows_s16 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : nn_slot(y, v.depth)) * v.stride;
}

NN_KERNEL uint8_t *nn_row_u8(nn_rows_u8 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : nn_slot(y, v.depth)) * v.stride;
}

NN_KERNEL float *nn_row_f32(nn_rows_f32 v, int32_t y, int32_t height) {
  if (v.fresh && y >= v.first) {
    return v.fresh + (y - v.first) * v.stride;
  }
  return v.base + (v.depth == height ? y : nn_slot(y, v.depth)) * v.stride;
}

#if defined(__ARM_FEATURE_UNALIGNED) && defined(__GNUC__)
typedef struct {
  uint32_t words[8];
} __attribute__((may_alias)) nn_words_t;
#endif

/* A row to where it is kept. */
NN_KERNEL void nn_copy_row(int8_t *to, const int8_t *from, int32_t bytes) {
  int32_t i = 0;
#if defined(__ARM_FEATURE_UNALIGNED) && defined(__GNUC__)
  if ((((uintptr_t)to | (uintptr_t)from) & 3u) == 0u) { /* LDM and STM take aligned words alone */
    for (; i + 32 <= bytes; i += 32) {
      *(nn_words_t *)(void *)(to + i) = *(const nn_words_t *)(const void *)(from + i);
    }
  }
#endif
  nn_copy_s8(to + i, from + i, bytes - i);
}

/* nn_keep_rows where the depth is a power of two: a copy for all line buffers. */
NN_APART void nn_keep_masked(uint8_t *line, const uint8_t *fresh, int32_t bytes, int32_t mask, int32_t y0,
                             int32_t y1) {
  for (int32_t y = y1 - y0 > mask ? y1 - mask - 1 : y0; y < y1; ++y) {
    nn_copy_row((int8_t *)line + (y & mask) * bytes, (const int8_t *)fresh + (y - y0) * bytes, bytes);
  }
}

/* Fresh rows [y0, y1), of `bytes` each, go where a line buffer of `depth` rows keeps them. */
NN_KERNEL void nn_keep_rows(uint8_t *line, const uint8_t *fresh, int32_t bytes, int32_t depth, int32_t y0,
                            int32_t y1) {
  if ((depth & (depth - 1)) == 0) {
    nn_keep_masked(line, fresh, bytes, depth - 1, y0, y1);
    return;
  }
  for (int32_t y = y1 - y0 > depth ? y1 - depth : y0; y < y1; ++y) {
    nn_copy_row((int8_t *)line + nn_slot(y, depth) * bytes, (const int8_t *)fresh + (y - y0) * bytes, bytes);
  }
}

NN_KERNEL int32_t nn_min(int32_t a, int32_t b) { return a < b ? a : b; }

/* How many rows from row y on stand one after the other in a line buffer of `depth` rows. */
NN_KERNEL int32_t nn_rows_on(int32_t y, int32_t depth) { return depth - nn_slot(y, depth); }

/* x / 2^shift, from 0 to height: a copy for all regions, which ask often. */
NN_APART int32_t nn_rows_of(int32_t x, int32_t shift, int32_t height) {
  return nn_clamp(x >> shift, 0, height);
}

/* How many rows of a view of `height` rows stand one after the other from row y on; rows from `first` on
 * stand apart where `fresh`. */
NN_KERNEL int32_t nn_rows_together(int32_t y, int32_t height, int32_t depth, int fresh, int32_t first) {
  if (fresh && y >= first) {
    return height - y;
  }
  const int32_t rows = depth == height ? height - y : nn_rows_on(y, depth);
  return fresh && y + rows > first ? first - y : rows;
}

NN_KERNEL int32_t nn_together_s8(nn_rows_s8 v, int32_t y, int32_t height) {
  return nn_rows_together(y, height, v.depth, v.fresh != 0, v.first);
}

NN_KERNEL int32_t nn_together_f32(nn_rows_f32 v, int32_t y, int32_t height) {
  return nn_rows_together(y, height, v.depth, v.fresh != 0, v.first);
}

/* Rows of a tensor that are there after turn t of a region. */
NN_KERNEL int32_t nn_ready(int32_t t, int32_t add, int32_t divisor, int32_t height) {
  for (int32_t shift = 0; shift < 5; ++shift) {
    if (divisor == 1 << shift) {
      return nn_rows_of(t + add, shift, height);
    }
  }
  return nn_clamp((t + add) / divisor, 0, height);
}

#endif
