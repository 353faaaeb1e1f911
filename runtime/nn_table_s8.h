/* A function of one int8 value as the table of its values for -128 to 127. */
#ifndef NN_TABLE_S8_H
#define NN_TABLE_S8_H

#include "nn_quant.h"

/* n elements; out may be in */
NN_KERNEL void nn_table_s8(const int8_t *in, int8_t *out, const int8_t *table, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = table[in[i] + 128];
  }
}

#endif
