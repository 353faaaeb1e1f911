/* Inner-loop primitives in plain C99: what they mean, and how they run where no core-specific header applies.
 */
#ifndef NN_ISA_PORTABLE_H
#define NN_ISA_PORTABLE_H

#include "nn_quant.h"

#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#include "isa/dot_armv6m.h"
#include "isa/fours_armv6m.h"
#else
#include "isa/dot_portable.h"
#include "isa/fours_portable.h"
#endif

NN_KERNEL void nn_dot_2x2_s8(const int8_t *a0, const int8_t *a1, const int8_t *w0, const int8_t *w1,
                             int32_t n, int32_t acc[4]) {
  int32_t s00 = acc[0], s01 = acc[1], s10 = acc[2], s11 = acc[3];
  for (int32_t i = 0; i < n; ++i) {
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

NN_KERNEL void nn_dot_1x2_s16_s8(const int16_t *a, const int8_t *w0, const int8_t *w1, int32_t n,
                                 int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  for (int32_t i = 0; i < n; ++i) {
    s0 += a[i] * w0[i];
    s1 += a[i] * w1[i];
  }
  acc[0] = s0;
  acc[1] = s1;
}

/* sum[0] += a . (256 * w0 + w1), sum[1] += a . w1 of one pair of channels for two inputs, modulo 2^32 */
NN_KERNEL void nn_dot_pair_step_s8(int32_t a0, int32_t a1, const int16_t *w, uint32_t sum[2]) {
  sum[0] += (uint32_t)(a0 * w[0] + a1 * w[1]);
  sum[1] += (uint32_t)(a0 * (int8_t)(w[0] & 255) + a1 * (int8_t)(w[1] & 255));
}

/* a . w0 is the difference of the sums over 256: exact, for it is below 2^23 */
NN_KERNEL void nn_dot_pair_end_s8(const uint32_t sum[2], const int32_t start[2], int32_t acc[2]) {
  acc[0] = start[0] + ((int32_t)(sum[0] - sum[1]) >> 8);
  acc[1] = start[1] + (int32_t)sum[1];
}

NN_KERNEL const int16_t *nn_dot_1x4_pairs_s8(const int8_t *a, const int16_t *w, int32_t n,
                                             const int32_t start[4], int32_t acc[4]) {
  uint32_t s01[2] = {0, 0}, s23[2] = {0, 0};
  int32_t i = 0;
  for (; i + 4 <= n; i += 4, w += 8) {
    nn_dot_pair_step_s8(a[i], a[i + 2], w, s01);
    nn_dot_pair_step_s8(a[i + 1], a[i + 3], w + 2, s01);
    nn_dot_pair_step_s8(a[i], a[i + 2], w + 4, s23);
    nn_dot_pair_step_s8(a[i + 1], a[i + 3], w + 6, s23);
  }
  for (; i < n; ++i, w += 2) {
    const int16_t first[2] = {w[0], 0}, second[2] = {w[1], 0};
    nn_dot_pair_step_s8(a[i], 0, first, s01);
    nn_dot_pair_step_s8(a[i], 0, second, s23);
  }
  nn_dot_pair_end_s8(s01, start, acc);
  nn_dot_pair_end_s8(s23, start + 2, acc + 2);
  return w;
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

NN_KERNEL int8_t nn_clamp_s8(int32_t x, int32_t low, int32_t high) { return (int8_t)nn_clamp(x, low, high); }

NN_KERNEL void nn_add_x4_s8(const int8_t *a, int32_t sum[4]) {
  sum[0] += a[0];
  sum[1] += a[1];
  sum[2] += a[2];
  sum[3] += a[3];
}

NN_KERNEL int32_t nn_mul_q15(int32_t a, int32_t b) { return (a * b + (1 << 14)) >> 15; }

NN_KERNEL int32_t nn_clamp_s16(int32_t x) { return nn_clamp(x, -32768, 32767); }

NN_KERNEL int32_t nn_high_mul_small(int32_t a, int32_t b) { return nn_high_mul(a, b); }

NN_KERNEL int32_t nn_mul_high_add(int32_t a, int32_t b, int32_t c) { return c + nn_mul_high(a, b); }

NN_KERNEL int32_t nn_high_mul_add(int32_t a, int32_t b, int32_t c) { return c + nn_high_mul(a, b); }

typedef struct {
  int32_t lo, hi;
} nn_pair_t;

NN_KERNEL nn_pair_t nn_pair(int32_t lo, int32_t hi) {
  const nn_pair_t pair = {lo, hi};
  return pair;
}

NN_KERNEL nn_pair_t nn_pair_high(nn_pair_t a) { return nn_pair(0, a.hi); }

NN_KERNEL void nn_load_pairs_s8(const int8_t *a, nn_pair_t *even, nn_pair_t *odd) {
  *even = nn_pair(a[0], a[2]);
  *odd = nn_pair(a[1], a[3]);
}

NN_KERNEL void nn_load_pairs_plus_s8(const int8_t *a, nn_pair_t plus, nn_pair_t *even, nn_pair_t *odd) {
  *even = nn_pair(a[0] + plus.lo, a[2] + plus.hi);
  *odd = nn_pair(a[1] + plus.lo, a[3] + plus.hi);
}

NN_KERNEL int32_t nn_dot_pair(nn_pair_t a, nn_pair_t b, int32_t acc) {
  return acc + a.lo * b.lo + a.hi * b.hi;
}

NN_KERNEL int32_t nn_mac_low(nn_pair_t a, nn_pair_t b, int32_t acc) { return acc + a.lo * b.lo; }

NN_KERNEL int32_t nn_mac_high(nn_pair_t a, nn_pair_t b, int32_t acc) { return acc + a.hi * b.hi; }

NN_KERNEL int32_t nn_scale_low(int32_t x, nn_pair_t b, int32_t acc) { return acc + x * b.lo; }

NN_KERNEL int32_t nn_scale_high(int32_t x, nn_pair_t b, int32_t acc) { return acc + x * b.hi; }

typedef struct {
  int8_t lane[4];
} nn_quad_t;

NN_KERNEL nn_quad_t nn_load_quad(const int8_t *a) {
  const nn_quad_t quad = {{a[0], a[1], a[2], a[3]}};
  return quad;
}

NN_KERNEL void nn_store_quad(nn_quad_t q, int8_t *a) {
  a[0] = q.lane[0];
  a[1] = q.lane[1];
  a[2] = q.lane[2];
  a[3] = q.lane[3];
}

NN_KERNEL nn_quad_t nn_splat_quad(int8_t x) {
  const nn_quad_t quad = {{x, x, x, x}};
  return quad;
}

NN_KERNEL int8_t nn_max_s8(int8_t a, int8_t b) { return a > b ? a : b; }

NN_KERNEL int8_t nn_min_s8(int8_t a, int8_t b) { return a < b ? a : b; }

NN_KERNEL nn_quad_t nn_max_quad(nn_quad_t a, nn_quad_t b) {
  const nn_quad_t quad = {{nn_max_s8(a.lane[0], b.lane[0]), nn_max_s8(a.lane[1], b.lane[1]),
                           nn_max_s8(a.lane[2], b.lane[2]), nn_max_s8(a.lane[3], b.lane[3])}};
  return quad;
}

NN_KERNEL nn_quad_t nn_min_quad(nn_quad_t a, nn_quad_t b) {
  const nn_quad_t quad = {{nn_min_s8(a.lane[0], b.lane[0]), nn_min_s8(a.lane[1], b.lane[1]),
                           nn_min_s8(a.lane[2], b.lane[2]), nn_min_s8(a.lane[3], b.lane[3])}};
  return quad;
}

#endif
