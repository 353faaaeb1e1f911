/* BATCH_MATMUL, int16 by int8 (TFLite reference_ops::BatchMatMul); two columns a pass. */
#ifndef NN_BATCH_MATMUL_S16_S8_H
#define NN_BATCH_MATMUL_S16_S8_H

#include "nn_batch_matmul.h"
#include "nn_s16.h"

typedef struct {
  int32_t batches, batch_1, batch_2; /* of all axes together; sizes of the second and third */
  int32_t lhs_0, lhs_1, lhs_2;       /* distances of the axes in elements; 0: repeated */
  int32_t rhs_0, rhs_1, rhs_2;
  int32_t m, n, k;      /* out[m][n] = lhs[m][k] * rhs[k][n] */
  int32_t lhs_m, lhs_k; /* distances of rows and columns */
  int32_t rhs_n, rhs_k;
  int32_t multiplier, shift; /* of a sum, as in nn_channel_s16_t (wide) */
} nn_batch_matmul_s16_s8_t;

/* One row of a product. */
NN_KERNEL void nn_batch_matmul_row_s16_s8(const nn_batch_matmul_s16_s8_t p, const int16_t *lhs,
                                          const int8_t *rhs, int16_t *out) {
  for (int32_t j = 0; j < p.n; j += 2) {
    const int32_t both = j + 1 < p.n, next = both * p.rhs_n;
    const int8_t *b = rhs + j * p.rhs_n;
    int64_t acc[2] = {0, 0};
    for (int32_t i = 0; i < p.k; ++i, b += p.rhs_k) {
      const int64_t a = lhs[i * p.lhs_k];
      acc[0] += a * b[0];
      acc[1] += a * b[next];
    }
    const nn_channel_s16_t scale = {0, p.multiplier, p.shift};
    out[j] = nn_output_s16(acc[0], &scale, NN_S16_WIDE, -32768, 32767);
    out[j + both] = nn_output_s16(acc[both], &scale, NN_S16_WIDE, -32768, 32767);
  }
}

NN_KERNEL void nn_batch_matmul_s16_s8(const nn_batch_matmul_s16_s8_t p, const int16_t *lhs, const int8_t *rhs,
                                      int16_t *out) {
  for (int32_t batch = 0; batch < p.batches; ++batch) {
    const int16_t *a = lhs + nn_batch_offset(batch, p.batch_1, p.batch_2, p.lhs_0, p.lhs_1, p.lhs_2);
    const int8_t *b = rhs + nn_batch_offset(batch, p.batch_1, p.batch_2, p.rhs_0, p.rhs_1, p.rhs_2);
    for (int32_t i = 0; i < p.m; ++i, out += p.n) {
      nn_batch_matmul_row_s16_s8(p, a + i * p.lhs_m, b, out);
    }
  }
}

#endif
