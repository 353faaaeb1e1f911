/* Pairs of int16 and four int8 side by side, in a register of a core with the Arm DSP extension. */
#ifndef NN_ISA_PAIRS_ARMV7EM_H
#define NN_ISA_PAIRS_ARMV7EM_H

#include "isa/armv7em.h"

typedef uint32_t nn_pair_t; /* lo in the low half */

NN_KERNEL nn_pair_t nn_pair(int32_t lo, int32_t hi) {
  nn_pair_t pair;
  __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(pair) : "r"(lo), "r"(hi));
  return pair;
}

NN_KERNEL nn_pair_t nn_pair_high(nn_pair_t a) { return a & 0xffff0000u; }

NN_KERNEL void nn_load_pairs_s8(const int8_t *a, nn_pair_t *even, nn_pair_t *odd) {
  const uint32_t word = nn_load_s8x4(a);
  *even = nn_widen_even(word);
  *odd = nn_widen_odd(word);
}

NN_KERNEL void nn_load_pairs_plus_s8(const int8_t *a, nn_pair_t plus, nn_pair_t *even, nn_pair_t *odd) {
  const uint32_t word = nn_load_s8x4(a);
  __asm__("sxtab16 %0, %1, %2" : "=r"(*even) : "r"(plus), "r"(word));
  __asm__("sxtab16 %0, %1, %2, ror #8" : "=r"(*odd) : "r"(plus), "r"(word));
}

NN_KERNEL int32_t nn_dot_pair(nn_pair_t a, nn_pair_t b, int32_t acc) { return nn_smlad(a, b, acc); }

NN_KERNEL int32_t nn_mac_low(nn_pair_t a, nn_pair_t b, int32_t acc) {
  int32_t sum;
  __asm__("smlabb %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
  return sum;
}

NN_KERNEL int32_t nn_mac_high(nn_pair_t a, nn_pair_t b, int32_t acc) {
  int32_t sum;
  __asm__("smlatt %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
  return sum;
}

NN_KERNEL int32_t nn_scale_low(int32_t x, nn_pair_t b, int32_t acc) {
  return nn_mac_low((nn_pair_t)x, b, acc);
}

NN_KERNEL int32_t nn_scale_high(int32_t x, nn_pair_t b, int32_t acc) {
  int32_t sum;
  __asm__("smlabt %0, %1, %2, %3" : "=r"(sum) : "r"(x), "r"(b), "r"(acc));
  return sum;
}

typedef uint32_t nn_quad_t;

NN_KERNEL nn_quad_t nn_load_quad(const int8_t *a) { return nn_load_s8x4(a); }

NN_KERNEL void nn_store_quad(nn_quad_t q, int8_t *a) { __builtin_memcpy(a, &q, sizeof q); }

NN_KERNEL nn_quad_t nn_splat_quad(int8_t x) { return (uint8_t)x * 0x01010101u; }

/* SSUB8 sets a GE flag for each lane with a >= b; SEL picks by them. */
NN_KERNEL nn_quad_t nn_max_quad(nn_quad_t a, nn_quad_t b) {
  nn_quad_t quad;
  __asm__("ssub8 %0, %1, %2\n\tsel %0, %1, %2" : "=&r"(quad) : "r"(a), "r"(b) : "cc");
  return quad;
}

NN_KERNEL nn_quad_t nn_min_quad(nn_quad_t a, nn_quad_t b) {
  nn_quad_t quad;
  __asm__("ssub8 %0, %1, %2\n\tsel %0, %2, %1" : "=&r"(quad) : "r"(a), "r"(b) : "cc");
  return quad;
}

#endif
