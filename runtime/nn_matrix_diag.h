/* MATRIX_DIAG, MATRIX_SET_DIAG: lists as the diagonals of matrices that are 0, or given, of any type. */
#ifndef NN_MATRIX_DIAG_H
#define NN_MATRIX_DIAG_H

#include "nn_copy_strided.h"

typedef struct {
  int32_t matrices, size, bytes; /* how many, their sides, and bytes of an element */
} nn_matrix_diag_t;

typedef struct {
  int32_t matrices, rows, columns, bytes;
} nn_matrix_set_diag_t;

/* out must not overlap in */
NN_KERNEL void nn_matrix_diag(const nn_matrix_diag_t p, const void *in, void *out) {
  const uint8_t *from = (const uint8_t *)in;
  uint8_t *to = (uint8_t *)out;
  memset(out, 0, (size_t)(p.matrices * p.size * p.size * p.bytes));
  for (int32_t m = 0; m < p.matrices; ++m) {
    for (int32_t i = 0; i < p.size; ++i) {
      NN_MOVE(to + (m * p.size + i) * p.size * p.bytes + i * p.bytes, from + (m * p.size + i) * p.bytes,
              (size_t)p.bytes);
    }
  }
}

/* out may be in */
NN_KERNEL void nn_matrix_set_diag(const nn_matrix_set_diag_t p, const void *in, const void *diagonals,
                                  void *out) {
  const uint8_t *from = (const uint8_t *)diagonals;
  const int32_t count = p.rows < p.columns ? p.rows : p.columns;
  uint8_t *to = (uint8_t *)out;
  memmove(out, in, (size_t)(p.matrices * p.rows * p.columns * p.bytes));
  for (int32_t m = 0; m < p.matrices; ++m) {
    for (int32_t i = 0; i < count; ++i) {
      NN_MOVE(to + ((m * p.rows + i) * p.columns + i) * p.bytes, from + (m * count + i) * p.bytes,
              (size_t)p.bytes);
    }
  }
}

#endif
