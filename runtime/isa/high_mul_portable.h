/* Upper halves of products of 64 bits. */
#ifndef NN_ISA_HIGH_MUL_PORTABLE_H
#define NN_ISA_HIGH_MUL_PORTABLE_H

/* (2 * a * b) >> 32 with ties up: gemmlowp's SaturatingRoundingDoublingHighMul for b > INT32_MIN. */
NN_KERNEL int32_t nn_high_mul(int32_t a, int32_t b) {
  return (int32_t)(((int64_t)a * b + ((int64_t)1 << 30)) >> 31);
}

/* (a * b) >> 32 */
NN_KERNEL int32_t nn_mul_high(int32_t a, int32_t b) { return (int32_t)(((int64_t)a * b) >> 32); }

#endif
