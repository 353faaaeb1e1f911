/* Runs of one value, and of copied elements, int8; each returns where its output ends. */
#ifndef NN_FILL_S8_H
#define NN_FILL_S8_H

#include <string.h>

#include "nn_quant.h"

NN_KERNEL int8_t *nn_fill_s8(int8_t *out, int32_t value, int32_t n) {
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
  if (__builtin_constant_p(n) && __builtin_constant_p(value) && n <= 16) {
    memset(out, value, (size_t)n);
    return out + n;
  }
  int8_t *to = out;
  __asm__ volatile("vdup.8 q0, %2\n wlstp.8 lr, %1, 2f\n 1: vstrb.8 q0, [%0], #16\n letp lr, 1b\n 2:"
                   : "+l"(to)
                   : "r"(n), "r"(value)
                   : "lr", "q0", "memory");
#else
  memset(out, value, (size_t)n);
#endif
  return out + n;
}

NN_KERNEL int8_t *nn_copy_s8(int8_t *out, const int8_t *in, int32_t n) {
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
  const int8_t *from = in;
  int8_t *to = out;
  __asm__ volatile("dlstp.8 lr, %2\n 1: vldrb.8 q0, [%0], #16\n vstrb.8 q0, [%1], #16\n letp lr, 1b"
                   : "+l"(from), "+l"(to)
                   : "r"(n)
                   : "lr", "q0", "memory");
#elif defined(__ARM_FEATURE_UNALIGNED) && defined(__GNUC__)
  /* Runs are short, and the small C libraries of microcontrollers copy byte by byte. */
  int32_t i = 0;
  for (; i + 16 <= n; i += 16) {
    uint32_t words[4];
    __builtin_memcpy(words, in + i, sizeof words);
    __builtin_memcpy(out + i, words, sizeof words);
  }
  for (; i + 4 <= n; i += 4) {
    uint32_t word;
    __builtin_memcpy(&word, in + i, sizeof word);
    __builtin_memcpy(out + i, &word, sizeof word);
  }
  for (; i < n; ++i) {
    out[i] = in[i];
  }
#else
  memcpy(out, in, (size_t)n);
#endif
  return out + n;
}

#endif
