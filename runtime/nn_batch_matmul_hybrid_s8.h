/* BATCH_MATMUL, float32 by int8 weights (TFLite reference_ops::BatchMatMul of EvalHybrid): each row is
 * quantised as it comes; two columns a pass. */
#ifndef NN_BATCH_MATMUL_HYBRID_S8_H
#define NN_BATCH_MATMUL_HYBRID_S8_H

#include "isa/api.h"
#include "nn_batch_matmul.h"
#include "nn_dynamic_range.h"

typedef struct {
  int32_t batches, batch_1, batch_2; /* of all axes together; sizes of the second and third */
  int32_t lhs_0, lhs_1, lhs_2;       /* distances of the axes in elements; 0: repeated */
  int32_t rhs_0, rhs_1, rhs_2;
  int32_t m, n, k;      /* out[m][n] = lhs[m][k] * weights[n][k] */
  int32_t lhs_m, lhs_k; /* distances of rows and columns */
  int32_t asymmetric;   /* quantise with a zero point */
  int32_t scale_step;   /* 0: one scale for all weights, 1: one for each column of the product */
} nn_batch_matmul_hybrid_s8_t;

/* One row of a product, quantised with q. */
NN_KERNEL void nn_batch_matmul_row_hybrid_s8(const nn_batch_matmul_hybrid_s8_t p, nn_dynamic_range_t q,
                                             const int8_t *quantized, float *out, const int8_t *weights,
                                             const int32_t *row_sums, const float *scales) {
  for (int32_t j = 0; j < p.n; j += 2) {
    const int32_t both = j + 1 < p.n;
    const int8_t *w0 = weights + j * p.k, *w1 = both ? w0 + p.k : w0;
    int32_t acc[2] = {0, 0};
    if (p.asymmetric) {
      acc[0] = -q.zero * row_sums[j];
      acc[1] = -q.zero * row_sums[j + both];
    }
    nn_dot_1x2_s8(quantized, w0, w1, p.k, acc);
    for (int32_t i = 0; i <= both; ++i) {
      out[j + i] = (float)acc[i] * (q.scale * scales[(j + i) * p.scale_step]);
    }
  }
}

/* row[k] (used where a row's values are not neighbours), quantized[k], weights[…][n][k], row_sums[…][n] (of
 * the weights; read where asymmetric), scales[n or 1] */
NN_SHARED void nn_batch_matmul_hybrid_s8(const nn_batch_matmul_hybrid_s8_t p, const float *lhs, float *out,
                                         float *row, int8_t *quantized, const int8_t *weights,
                                         const int32_t *row_sums, const float *scales) {
  for (int32_t batch = 0; batch < p.batches; ++batch) {
    const float *a = lhs + nn_batch_offset(batch, p.batch_1, p.batch_2, p.lhs_0, p.lhs_1, p.lhs_2);
    const int32_t at = nn_batch_offset(batch, p.batch_1, p.batch_2, p.rhs_0, p.rhs_1, p.rhs_2);
    const int32_t *sums = p.asymmetric ? row_sums + at / p.k : row_sums;
    for (int32_t i = 0; i < p.m; ++i, out += p.n) {
      const float *values = a + i * p.lhs_m;
      if (p.lhs_k != 1) {
        for (int32_t k = 0; k < p.k; ++k) {
          row[k] = values[k * p.lhs_k];
        }
        values = row;
      }
      const nn_dynamic_range_t q = p.asymmetric ? nn_quantize_asymmetric(values, p.k, quantized)
                                                : nn_quantize_symmetric(values, p.k, quantized);
      nn_batch_matmul_row_hybrid_s8(p, q, quantized, out, weights + at, sums, scales);
    }
  }
}

#endif
