/* A function of one uint8 value to uint8 as the table of its values, for ascending inputs. */
#ifndef NN_TABLE_U8_H
#define NN_TABLE_U8_H

#include "nn_quant.h"

/* n elements; out may be in */
NN_KERNEL void nn_table_u8(const uint8_t *in, uint8_t *out, const uint8_t *table, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = table[in[i]];
  }
}

#endif
