/* SELECT and SELECT_V2 of elements of 1, 2, 4 or 8 bytes, with repeated axes. */
#ifndef NN_SELECT_H
#define NN_SELECT_H

#include "nn_broadcast.h"

/* The output's axes from the outermost on, and the step of each operand along them (0: repeated). */
typedef struct {
  int32_t bytes; /* of an element */
  int32_t size0, size1, size2, size3, size4, size5;
  int32_t c0, c1, c2, c3, c4, c5;
  int32_t a0, a1, a2, a3, a4, a5;
  int32_t b0, b1, b2, b3, b4, b5;
} nn_select_t;

/* Copies element `from` of data to element `to` of out. */
NN_KERNEL void nn_select_copy(int32_t bytes, const void *data, int32_t from, void *out, int32_t to) {
  switch (bytes) {
  case 1:
    ((uint8_t *)out)[to] = ((const uint8_t *)data)[from];
    break;
  case 2:
    __builtin_memcpy((uint8_t *)out + 2 * to, (const uint8_t *)data + 2 * from, 2);
    break;
  case 4:
    __builtin_memcpy((uint8_t *)out + 4 * to, (const uint8_t *)data + 4 * from, 4);
    break;
  default:
    __builtin_memcpy((uint8_t *)out + 8 * to, (const uint8_t *)data + 8 * from, 8);
  }
}

NN_KERNEL void nn_select(const nn_select_t p, const uint8_t *condition, const void *a, const void *b,
                         void *out) {
  const int32_t rows = p.size0 * p.size1 * p.size2 * p.size3 * p.size4;
  for (int32_t row = 0; row < rows; ++row) {
    const int32_t r3 = row / p.size4, r2 = r3 / p.size3, r1 = r2 / p.size2, r0 = r1 / p.size1;
    const int32_t i4 = row % p.size4, i3 = r3 % p.size3, i2 = r2 % p.size2, i1 = r1 % p.size1;
    const int32_t c = i4 * p.c4 + i3 * p.c3 + i2 * p.c2 + i1 * p.c1 + r0 * p.c0;
    const int32_t x = i4 * p.a4 + i3 * p.a3 + i2 * p.a2 + i1 * p.a1 + r0 * p.a0;
    const int32_t y = i4 * p.b4 + i3 * p.b3 + i2 * p.b2 + i1 * p.b1 + r0 * p.b0;
    for (int32_t i = 0; i < p.size5; ++i) {
      if (condition[c + i * p.c5]) {
        nn_select_copy(p.bytes, a, x + i * p.a5, out, row * p.size5 + i);
      } else {
        nn_select_copy(p.bytes, b, y + i * p.b5, out, row * p.size5 + i);
      }
    }
  }
}

#endif
