/* Inner-loop primitives for cores with the Arm DSP extension (Cortex-M4, M7, M33): two products an
 * instruction.
 *
 * Four int8 are loaded as a word; SXTB16 widens bytes 0 and 2, and after a rotation by 8 bytes 1 and 3, of
 * data and weights alike, so pairs meet in SMLAD without any repacking. Unaligned word loads are legal on
 * these cores.
 */
#ifndef NN_ISA_ARMV7EM_H
#define NN_ISA_ARMV7EM_H

#include "isa/fours_armv7em.h"
#include "nn_quant.h"

NN_KERNEL uint32_t nn_load_s8x4(const int8_t *p) {
  uint32_t word;
  __builtin_memcpy(&word, p, sizeof word);
  return word;
}

NN_KERNEL uint32_t nn_widen_even(uint32_t bytes) {
  uint32_t pair;
  __asm__("sxtb16 %0, %1" : "=r"(pair) : "r"(bytes));
  return pair;
}

NN_KERNEL uint32_t nn_widen_odd(uint32_t bytes) {
  uint32_t pair;
  __asm__("sxtb16 %0, %1, ror #8" : "=r"(pair) : "r"(bytes));
  return pair;
}

NN_KERNEL int32_t nn_smlad(uint32_t a, uint32_t b, int32_t acc) {
  int32_t sum;
  __asm__("smlad %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(acc));
  return sum;
}

#ifndef NN_ISA_HAS_DOTS /* isa/mve.h has better ones */
/* Two neighbours as a pair: the second byte goes where SXTB16 looks for it. */
NN_KERNEL uint32_t nn_load_pair_s8(const int8_t *p) {
  uint16_t half;
  __builtin_memcpy(&half, p, sizeof half);
  return nn_widen_even(half | (uint32_t)half << 8);
}

/* Words of a hold inputs 0, 1 and 2, 3; weights widen to 0, 2 and 1, 3, so inputs are paired like these. */
NN_KERNEL void nn_dot_1x2_s16_s8(const int16_t *a, const int8_t *w0, const int8_t *w1, int32_t n,
                                 int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  const int32_t whole = n & ~3;
  for (int32_t i = 0; i < whole; i += 4) {
    uint32_t x[2], even, odd;
    __builtin_memcpy(x, a + i, 4);
    __builtin_memcpy(x + 1, a + i + 2, 4);
    const uint32_t v0 = nn_load_s8x4(w0 + i), v1 = nn_load_s8x4(w1 + i);
    __asm__("pkhbt %0, %1, %2, lsl #16" : "=r"(even) : "r"(x[0]), "r"(x[1]));
    __asm__("pkhtb %0, %1, %2, asr #16" : "=r"(odd) : "r"(x[1]), "r"(x[0]));
    s0 = nn_smlad(even, nn_widen_even(v0), s0);
    s1 = nn_smlad(even, nn_widen_even(v1), s1);
    s0 = nn_smlad(odd, nn_widen_odd(v0), s0);
    s1 = nn_smlad(odd, nn_widen_odd(v1), s1);
  }
  if ((n & 2) != 0) {
    uint32_t x;
    __builtin_memcpy(&x, a + whole, 4);
    s0 = nn_smlad(x, nn_load_pair_s8(w0 + whole), s0);
    s1 = nn_smlad(x, nn_load_pair_s8(w1 + whole), s1);
  }
  if ((n & 1) != 0) {
    s0 += a[n - 1] * w0[n - 1];
    s1 += a[n - 1] * w1[n - 1];
  }
  acc[0] = s0;
  acc[1] = s1;
}

NN_KERNEL void nn_dot_2x2_s8(const int8_t *a0, const int8_t *a1, const int8_t *w0, const int8_t *w1,
                             int32_t n, int32_t acc[4]) {
  int32_t s00 = acc[0], s01 = acc[1], s10 = acc[2], s11 = acc[3];
  int32_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const uint32_t x0 = nn_load_s8x4(a0 + i), x1 = nn_load_s8x4(a1 + i);
    const uint32_t v0 = nn_load_s8x4(w0 + i), v1 = nn_load_s8x4(w1 + i);
    const uint32_t x0e = nn_widen_even(x0), x1e = nn_widen_even(x1);
    const uint32_t v0e = nn_widen_even(v0), v1e = nn_widen_even(v1);
    s00 = nn_smlad(x0e, v0e, s00);
    s01 = nn_smlad(x0e, v1e, s01);
    s10 = nn_smlad(x1e, v0e, s10);
    s11 = nn_smlad(x1e, v1e, s11);
    const uint32_t x0o = nn_widen_odd(x0), x1o = nn_widen_odd(x1);
    const uint32_t v0o = nn_widen_odd(v0), v1o = nn_widen_odd(v1);
    s00 = nn_smlad(x0o, v0o, s00);
    s01 = nn_smlad(x0o, v1o, s01);
    s10 = nn_smlad(x1o, v0o, s10);
    s11 = nn_smlad(x1o, v1o, s11);
  }
  for (; i < n; ++i) {
    s00 += a0[i] * w0[i];
    s01 += a0[i] * w1[i];
    s10 += a1[i] * w0[i];
    s11 += a1[i] * w1[i];
  }
  acc[0] = s00;
  acc[1] = s01;
  acc[2] = s10;
  acc[3] = s11;
}

NN_KERNEL void nn_dot_1x2_s8(const int8_t *a, const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  int32_t i = 0;
  for (; i + 4 <= n; i += 4) {
    const uint32_t x = nn_load_s8x4(a + i), v0 = nn_load_s8x4(w0 + i), v1 = nn_load_s8x4(w1 + i);
    const uint32_t xe = nn_widen_even(x), xo = nn_widen_odd(x);
    s0 = nn_smlad(xo, nn_widen_odd(v0), nn_smlad(xe, nn_widen_even(v0), s0));
    s1 = nn_smlad(xo, nn_widen_odd(v1), nn_smlad(xe, nn_widen_even(v1), s1));
  }
  for (; i < n; ++i) {
    s0 += a[i] * w0[i];
    s1 += a[i] * w1[i];
  }
  acc[0] = s0;
  acc[1] = s1;
}

NN_KERNEL void nn_sum_x2_s8(const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  for (int32_t i = 0; i < n; ++i) {
    s0 += w0[i];
    s1 += w1[i];
  }
  acc[0] = s0;
  acc[1] = s1;
}
#endif

/* Two words at w, which is aligned to 4 bytes; returns where they end. */
NN_KERNEL const int16_t *nn_load_pair(const int16_t *w, uint32_t *v0, uint32_t *v1) {
  __asm__("ldrd %0, %1, [%2], #8" : "=r"(*v0), "=r"(*v1), "+r"(w) : "m"(*(const int16_t(*)[4])w));
  return w;
}

/* high += a . (256 * w0 + w1), low += a . w1 of one pair of channels for two inputs; high may wrap */
NN_KERNEL void nn_dot_pair_step_s8(uint32_t a, uint32_t w, int32_t *high, int32_t *low) {
  *high = nn_smlad(a, w, *high);
  *low = nn_smlad(a, nn_widen_even(w), *low);
}

/* a . w0 is the difference of the sums over 256: exact, for it is below 2^23 */
NN_KERNEL void nn_dot_pair_end_s8(int32_t high, int32_t low, const int32_t start[2], int32_t acc[2]) {
  acc[0] = start[0] + ((int32_t)((uint32_t)high - (uint32_t)low) >> 8);
  acc[1] = start[1] + low;
}

/* four inputs by two pairs of channels; sums are high and low of each pair */
NN_KERNEL const int16_t *nn_dot_pairs_block_s8(const int8_t *a, const int16_t *w, int32_t sums[4]) {
  const uint32_t x = nn_load_s8x4(a), even = nn_widen_even(x), odd = nn_widen_odd(x);
  uint32_t v0, v1;
  w = nn_load_pair(w, &v0, &v1);
  nn_dot_pair_step_s8(even, v0, &sums[0], &sums[1]);
  nn_dot_pair_step_s8(odd, v1, &sums[0], &sums[1]);
  w = nn_load_pair(w, &v0, &v1);
  nn_dot_pair_step_s8(even, v0, &sums[2], &sums[3]);
  nn_dot_pair_step_s8(odd, v1, &sums[2], &sums[3]);
  return w;
}

NN_KERNEL const int16_t *nn_dot_1x4_pairs_s8(const int8_t *a, const int16_t *w, int32_t n,
                                             const int32_t start[4], int32_t acc[4]) {
  const int8_t *const blocks = a + (n & ~7), *const end = a + n;
  int32_t sums[4] = {0, 0, 0, 0};
  for (; a != blocks; a += 8) {
    w = nn_dot_pairs_block_s8(a, w, sums);
    w = nn_dot_pairs_block_s8(a + 4, w, sums);
  }
  if ((n & 4) != 0) {
    w = nn_dot_pairs_block_s8(a, w, sums);
    a += 4;
  }
  for (; a != end; ++a, w += 2) {
    const uint32_t x = (uint32_t)*a & 0xFFFFu;
    nn_dot_pair_step_s8(x, (uint32_t)w[0] & 0xFFFFu, &sums[0], &sums[1]);
    nn_dot_pair_step_s8(x, (uint32_t)w[1] & 0xFFFFu, &sums[2], &sums[3]);
  }
  nn_dot_pair_end_s8(sums[0], sums[1], start, acc);
  nn_dot_pair_end_s8(sums[2], sums[3], start + 2, acc + 2);
  return w;
}

/* SSAT clamps to int8; only a narrower range needs more. */
NN_KERNEL int8_t nn_clamp_s8(int32_t x, int32_t low, int32_t high) {
  int32_t y;
  __asm__("ssat %0, #8, %1" : "=r"(y) : "r"(x) : "cc");
  y = low > -128 && y < low ? low : y;
  y = high < 127 && y > high ? high : y;
  return (int8_t)y;
}

/* SXTAB widens one byte of a word and adds it. */
NN_KERNEL void nn_add_x4_s8(const int8_t *a, int32_t sum[4]) {
  const uint32_t word = nn_load_s8x4(a);
  __asm__("sxtab %0, %0, %1" : "+r"(sum[0]) : "r"(word));
  __asm__("sxtab %0, %0, %1, ror #8" : "+r"(sum[1]) : "r"(word));
  __asm__("sxtab %0, %0, %1, ror #16" : "+r"(sum[2]) : "r"(word));
  __asm__("sxtab %0, %0, %1, ror #24" : "+r"(sum[3]) : "r"(word));
}

NN_KERNEL int32_t nn_mul_high_add(int32_t a, int32_t b, int32_t c) {
  int32_t sum;
  __asm__("smmla %0, %1, %2, %3" : "=r"(sum) : "r"(a), "r"(b), "r"(c));
  return sum;
}

NN_KERNEL int32_t nn_high_mul_add(int32_t a, int32_t b, int32_t c) {
  int32_t sum;
  __asm__("smmlar %0, %1, %2, %3" : "=r"(sum) : "r"((int32_t)((uint32_t)a << 1)), "r"(b), "r"(c));
  return sum;
}

/* SMMULR rounds 2^31 into the high word of the product; doubling the operand first needs |a| < 2^30. */
NN_KERNEL int32_t nn_high_mul_small(int32_t a, int32_t b) {
  int32_t high;
  __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"((int32_t)((uint32_t)a << 1)), "r"(b));
  return high;
}

/* Shifts stay apart from the multiplication, so that the compiler shares those of a factor used twice. */
NN_KERNEL int32_t nn_mul_q15(int32_t a, int32_t b) {
  int32_t high;
  const int32_t twice = (int32_t)((uint32_t)a << 1), upper = (int32_t)((uint32_t)b << 16);
  __asm__("smmulr %0, %1, %2" : "=r"(high) : "r"(twice), "r"(upper));
  return high;
}

NN_KERNEL int32_t nn_clamp_s16(int32_t x) {
  int32_t y;
  __asm__("ssat %0, #16, %1" : "=r"(y) : "r"(x) : "cc");
  return y;
}

#endif
