/* EMBEDDING_LOOKUP from an int8 table, each row with a scale, to float32. Indices outside the table read the
 * nearest row. */
#ifndef NN_EMBEDDING_LOOKUP_S8_F32_H
#define NN_EMBEDDING_LOOKUP_S8_F32_H

#include "nn_quant.h"

typedef struct {
  int32_t size;   /* rows of the table */
  int32_t count;  /* indices */
  int32_t length; /* of a row */
} nn_embedding_lookup_s8_f32_t;

NN_KERNEL void nn_embedding_lookup_s8_f32(const nn_embedding_lookup_s8_f32_t p, const int32_t *indices,
                                          const int8_t *table, const float *scales, float *out) {
  for (int32_t i = 0; i < p.count; ++i) {
    const int32_t row = nn_clamp(indices[i], 0, p.size - 1);
    for (int32_t j = 0; j < p.length; ++j) {
      *out++ = (float)table[row * p.length + j] * scales[row];
    }
  }
}

#endif
