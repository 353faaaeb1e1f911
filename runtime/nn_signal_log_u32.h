/* Logarithms with a table of 128 segments (TensorFlow Lite Micro's SignalFilterBankLog). */
#ifndef NN_SIGNAL_LOG_U32_H
#define NN_SIGNAL_LOG_U32_H

#include "nn_quant.h"

typedef struct {
  int32_t n;
  int32_t bits;
  uint32_t scale;
} nn_signal_log_u32_t;

/* 65536 * ln(x), x > 0; table[129]: 65536 * (log2(1 + i / 128) - i / 128) */
NN_SHARED uint32_t nn_log_u32(uint32_t x, const uint16_t *table) {
  uint32_t whole = 31;
  while (!(x >> 31)) {
    x <<= 1;
    --whole;
  }
  const uint32_t fraction = (x >> 15) & 0xffff; /* 16 bits behind the leading one */
  const int32_t low = table[fraction >> 9], high = table[(fraction >> 9) + 1];
  const int32_t bend = low + (((high - low) * (int32_t)(fraction & 511)) >> 16);
  const uint32_t log2 = (whole << 16) + (uint32_t)((int32_t)fraction + bend);
  return (uint32_t)(((uint64_t)45426 * log2 + 32768) >> 16); /* 65536 * ln 2 */
}

NN_KERNEL void nn_signal_log_u32(const nn_signal_log_u32_t p, const uint32_t *in, int16_t *out,
                                 const uint16_t *table) {
  for (int32_t i = 0; i < p.n; ++i) {
    const uint32_t x = in[i] << p.bits;
    const uint32_t y = x > 1 ? (p.scale * nn_log_u32(x, table) + 32768) >> 16 : 0;
    out[i] = (int16_t)(y < 32767 ? y : 32767);
  }
}

#endif
