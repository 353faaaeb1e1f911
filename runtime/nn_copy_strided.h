/* Copies of up to six axes with any steps on both sides: what moves elements without changing them.
 *
 * Steps, starts and the run are in bytes, so one kernel serves all types. Axis 5 is the innermost; an axis
 * that is left out has size 0 and counts as one of size 1. Each innermost turn copies a contiguous run.
 */
#ifndef NN_COPY_STRIDED_H
#define NN_COPY_STRIDED_H

#include <string.h>

#include "nn_quant.h"

typedef struct {
  int32_t run;                 /* contiguous bytes */
  int32_t in_start, out_start; /* of the first run */
  int32_t size0, size1, size2, size3, size4, size5;
  int32_t in0, in1, in2, in3, in4, in5; /* from one index of an axis to the next */
  int32_t out0, out1, out2, out3, out4, out5;
} nn_copy_strided_t;

#if defined(__GNUC__) || defined(__clang__)
#define NN_MOVE __builtin_memcpy /* -ffreestanding would make a call of memcpy */
#else
#define NN_MOVE memcpy
#endif

NN_KERNEL int32_t nn_axis(int32_t size) { return size > 0 ? size : 1; }

/* The three inner axes. */
NN_KERNEL void nn_copy_strided_inner(const nn_copy_strided_t p, const uint8_t *in, uint8_t *out) {
  for (int32_t i3 = 0; i3 < nn_axis(p.size3); ++i3) {
    for (int32_t i4 = 0; i4 < nn_axis(p.size4); ++i4) {
      const int32_t from = i3 * p.in3 + i4 * p.in4, to = i3 * p.out3 + i4 * p.out4;
      for (int32_t i5 = 0; i5 < nn_axis(p.size5); ++i5) {
        NN_MOVE(out + (to + i5 * p.out5), in + (from + i5 * p.in5), (size_t)p.run);
      }
    }
  }
}

/* out must not overlap in */
NN_KERNEL void nn_copy_strided(const nn_copy_strided_t p, const void *in, void *out) {
  const uint8_t *from = (const uint8_t *)in + p.in_start;
  uint8_t *to = (uint8_t *)out + p.out_start;
  for (int32_t i0 = 0; i0 < nn_axis(p.size0); ++i0) {
    for (int32_t i1 = 0; i1 < nn_axis(p.size1); ++i1) {
      for (int32_t i2 = 0; i2 < nn_axis(p.size2); ++i2) {
        nn_copy_strided_inner(p, from + (i0 * p.in0 + i1 * p.in1 + i2 * p.in2),
                              to + (i0 * p.out0 + i1 * p.out1 + i2 * p.out2));
      }
    }
  }
}

#endif
