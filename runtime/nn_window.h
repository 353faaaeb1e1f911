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

#endif
