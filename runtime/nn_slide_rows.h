/* SLIDE_ROWS: what is kept moves to the front, and new rows follow it. */
#ifndef NN_SLIDE_ROWS_H
#define NN_SLIDE_ROWS_H

#include <string.h>

#include "nn_fill_s8.h"

typedef struct {
  int32_t fresh, kept; /* bytes of the rows that come, and of those before them that stay */
} nn_slide_rows_t;

NN_KERNEL void nn_slide_rows(const nn_slide_rows_t p, const void *in, void *rows) {
  int8_t *const to = (int8_t *)rows;
#if defined(__ARM_FEATURE_UNALIGNED) && defined(__GNUC__)
  /* It copies forwards, some bytes at a time, and reads them before it writes: good for moving down. */
  nn_copy_s8(to, to + p.fresh, p.kept);
#else
  memmove(to, to + p.fresh, (size_t)p.kept);
#endif
  nn_copy_s8(to + p.kept, (const int8_t *)in, p.fresh);
}

#endif
