/* The copy of nn_copy_strided, uint8, each element replaced by its entry in a table. */
#ifndef NN_TABLE_STRIDED_U8_H
#define NN_TABLE_STRIDED_U8_H

#include "nn_copy_strided.h"

typedef nn_copy_strided_t nn_table_strided_u8_t;

/* Joined inputs have two axes: runs, and where they start. */
NN_KERNEL void nn_table_strided_u8(const nn_table_strided_u8_t p, const uint8_t *in, uint8_t *out,
                                   const uint8_t *table) {
  for (int32_t i = 0; i < nn_axis(p.size5); ++i) {
    const uint8_t *from = in + (p.in_start + i * p.in5);
    uint8_t *to = out + (p.out_start + i * p.out5);
    for (int32_t j = 0; j < p.run; ++j) {
      to[j] = table[from[j]];
    }
  }
}

#endif
