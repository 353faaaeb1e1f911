/* RESIZE_NEAREST_NEIGHBOR: copies of pixels, of any type, whose rows and columns are in tables. */
#ifndef NN_RESIZE_NEAREST_NEIGHBOR_H
#define NN_RESIZE_NEAREST_NEIGHBOR_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t images;
  int32_t in_h, in_w, out_h, out_w;
  int32_t pixel; /* bytes */
} nn_resize_nearest_neighbor_t;

NN_KERNEL void nn_resize_nearest_neighbor(const nn_resize_nearest_neighbor_t p, const void *in, void *out,
                                          const uint16_t *rows, const uint16_t *columns) {
  uint8_t *to = (uint8_t *)out;
  for (int32_t image = 0; image < p.images; ++image) {
    for (int32_t y = 0; y < p.out_h; ++y) {
      const uint8_t *row = (const uint8_t *)in + (image * p.in_h + rows[y]) * p.in_w * p.pixel;
      for (int32_t x = 0; x < p.out_w; ++x, to += p.pixel) {
        NN_MOVE(to, row + columns[x] * p.pixel, (size_t)p.pixel);
      }
    }
  }
}

#endif
