/* Which taps of a sliding window lie inside the image. */
#ifndef NN_WINDOW_H
#define NN_WINDOW_H

#include "nn_quant.h"

/* Of `taps` taps, `dilation` apart from `start` on, [first, last) lie inside [0, extent). */
NN_KERNEL int32_t nn_first_tap(int32_t start, int32_t dilation, int32_t taps) {
  const int32_t first = start >= 0 ? 0 : (-start + dilation - 1) / dilation;
  return first < taps ? first : taps;
}

NN_KERNEL int32_t nn_last_tap(int32_t start, int32_t dilation, int32_t taps, int32_t extent, int32_t first) {
  const int32_t end = start >= extent ? 0 : (extent - start + dilation - 1) / dilation;
  const int32_t last = end < taps ? end : taps;
  return last > first ? last : first;
}

/* Taps [first, last) of a window. */
typedef struct {
  int32_t first, last;
} nn_taps_t;

/* The taps inside [0, extent) of window number `index` of `outputs`; with literals this costs nothing along
 * an axis on which no window reaches outside. */
NN_KERNEL nn_taps_t nn_taps_inside(int32_t index, int32_t outputs, int32_t stride, int32_t pad, int32_t taps,
                                   int32_t dilation, int32_t extent) {
  const int32_t start = index * stride - pad;
  nn_taps_t inside = {0, taps};
  if (pad > 0) {
    inside.first = nn_first_tap(start, dilation, taps);
  }
  if ((outputs - 1) * stride - pad + (taps - 1) * dilation + 1 > extent) {
    inside.last = nn_last_tap(start, dilation, taps, extent, inside.first);
  }
  return inside;
}

#endif
