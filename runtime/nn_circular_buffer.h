/* CIRCULAR_BUFFER: the last rows, the newest at the end (TensorFlow Lite Micro's custom operator). */
#ifndef NN_CIRCULAR_BUFFER_H
#define NN_CIRCULAR_BUFFER_H

#include "nn_slide_rows.h"

typedef nn_slide_rows_t nn_circular_buffer_t;

/* in: the row that comes; rows, which are state, and out: all of them */
NN_KERNEL void nn_circular_buffer(const nn_circular_buffer_t p, const void *in, void *out, void *rows) {
  nn_slide_rows(p, in, rows);
  nn_copy_s8((int8_t *)out, (const int8_t *)rows, p.kept + p.fresh);
}

#endif
