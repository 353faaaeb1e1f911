/* Rounded square roots, shifted (TensorFlow Lite Micro's SignalFilterBankSquareRoot). */
#ifndef NN_SIGNAL_SQUARE_ROOT_U64_H
#define NN_SIGNAL_SQUARE_ROOT_U64_H

#include "nn_quant.h"

typedef struct {
  int32_t n;
} nn_signal_square_root_u64_t;

/* The nearest integer, but at most 65535. */
NN_SHARED uint32_t nn_square_root_u32(uint32_t x) {
  uint32_t root = 0, bit = 1u << 30;
  while (bit > x) {
    bit >>= 2;
  }
  for (; bit; bit >>= 2) {
    const uint32_t trial = root + bit;
    root >>= 1;
    if (x >= trial) {
      x -= trial;
      root += bit;
    }
  }
  return x > root && root != 0xffff ? root + 1 : root;
}

NN_SHARED uint32_t nn_square_root_u64(uint64_t x) {
  if (x >> 32 == 0) {
    return nn_square_root_u32((uint32_t)x);
  }
  uint64_t root = 0, bit = (uint64_t)1 << 62;
  while (bit > x) {
    bit >>= 2;
  }
  for (; bit; bit >>= 2) {
    const uint64_t trial = root + bit;
    root >>= 1;
    if (x >= trial) {
      x -= trial;
      root += bit;
    }
  }
  return (uint32_t)(x > root && root != 0xffffffff ? root + 1 : root);
}

NN_KERNEL void nn_signal_square_root_u64(const nn_signal_square_root_u64_t p, const uint64_t *in,
                                         const int32_t *shift, uint32_t *out) {
  for (int32_t i = 0; i < p.n; ++i) {
    out[i] = nn_square_root_u64(in[i]) >> (*shift & 31);
  }
}

#endif
