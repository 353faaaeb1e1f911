/* Paired pixels (nn_paired_s8.h) whose taps come in slices: only one slice is paired up at a time, and the
 * accumulators over those before it stand in memory, one for each pixel of a channel. Weights and cuts come
 * slice by slice.
 */
#ifndef NN_PAIRED_SLICES_S8_H
#define NN_PAIRED_SLICES_S8_H

#include "nn_paired_s8.h"

/* What a slice is, in nn_paired_t: the first begins the accumulators, the last gives outputs. */
enum { NN_PAIRED_FIRST = 1, NN_PAIRED_LAST = 2 };

#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#include "isa/paired_slices_armv6m.h"
#else
#include "isa/paired_slices_portable.h"
#endif

/* A slice for t->channels_left output channels of a tile of `width` (4 or 2) pixels. t->cuts moves on to the
 * next slice's. */
NN_KERNEL void nn_paired_slice_s8(nn_paired_t *t, int32_t width) {
  if (width == 4) {
    nn_paired_slice_4_s8(t);
  } else {
    nn_paired_slice_2_s8(t);
  }
}

#endif
