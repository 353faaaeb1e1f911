/* A function of one uint8 value to int8 as the table of its values, for ascending inputs. */
#ifndef NN_TABLE_U8_S8_H
#define NN_TABLE_U8_S8_H

#include "nn_quant.h"

/* n elements; out may be in */
NN_KERNEL void nn_table_u8_s8(const uint8_t *in, int8_t *out, const int8_t *table, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = table[in[i]];
  }
}

#endif
