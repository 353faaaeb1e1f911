/* Batches of BATCH_MATMUL: up to three outer axes, each of which an operand may repeat (distance 0). */
#ifndef NN_BATCH_MATMUL_H
#define NN_BATCH_MATMUL_H

#include "nn_quant.h"

/* Where batch number b begins in an operand: b counts over axes of sizes …, d1, d2 with distances s0, s1, s2.
 */
NN_KERNEL int32_t nn_batch_offset(int32_t b, int32_t d1, int32_t d2, int32_t s0, int32_t s1, int32_t s2) {
  return b / (d1 * d2) * s0 + b / d2 % d1 * s1 + b % d2 * s2;
}

#endif
