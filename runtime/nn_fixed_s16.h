/* Fixed-point functions of int16 as LSTMs use them: gemmlowp's exp, logistic and tanh, bit for bit. Q(b).(15
 * - b) has b integer bits. compiler/ops/fixed_16.py is the Python twin. */
#ifndef NN_FIXED_S16_H
#define NN_FIXED_S16_H

#include "isa/api.h"

/* exp of a < 0 with `bits` integer bits, as Q0.15: a Taylor polynomial about -1/8 on [-1/4, 0), then factors
 * exp(-1/4), exp(-1/2), … for the six bits of the quarters that are left. (All sums that are halved are
 * positive, and none goes beyond Q0.15.) */
NN_KERNEL int32_t nn_exp_s16(int32_t a, int32_t bits) {
  const int32_t fraction_bits = 15 - bits, quarter = 1 << (fraction_bits - 2);
  const int32_t fraction = (a & (quarter - 1)) - quarter;
  const int32_t quarters = (fraction - a) >> (fraction_bits - 2);
  const int32_t x = fraction * (1 << bits) + (1 << 12);
  const int32_t x2 = nn_mul_q15(x, x), x3 = nn_mul_q15(x2, x), x4 = nn_mul_q15(x2, x2);
  const int32_t cubic = (nn_mul_q15(((x4 + 2) >> 2) + x3, 10923) + x2 + 1) >> 1;
  int32_t y = 28918 + nn_mul_q15(x + cubic, 28918);
  y = (quarters & 1) != 0 ? nn_mul_q15(y, 25520) : y;
  y = (quarters & 2) != 0 ? nn_mul_q15(y, 19875) : y;
  y = (quarters & 4) != 0 ? nn_mul_q15(y, 12055) : y;
  y = (quarters & 8) != 0 ? nn_mul_q15(y, 4435) : y;
  y = (quarters & 16) != 0 ? nn_mul_q15(y, 600) : y;
  return (quarters & 32) != 0 ? nn_mul_q15(y, 11) : y;
}

NN_KERNEL int32_t nn_newton_step_s16(int32_t x, int32_t half) {
  return x + nn_mul_q15((1 << 13) - nn_mul_q15(half, x), x) * 4;
}

/* 2 / (1 + a) for a in [0, 1] of Q0.15, as Q2.13: three steps of Newton. The first guess is off by at most a
 * 17th, so nothing saturates. */
NN_KERNEL int32_t nn_reciprocal_s16(int32_t a) {
  const int32_t half = (a + 32768) >> 1;
  const int32_t x = 23130 + nn_mul_q15(half, -15420); /* 48/17 - 32/17 * half */
  return nn_newton_step_s16(nn_newton_step_s16(nn_newton_step_s16(x, half), half), half);
}

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/sigmoid_armv7em.h"
#elif defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#include "isa/sigmoid_armv6m.h"
#else
/* 2 / (1 + exp(-(m + 1) / 2^12)) for m < 2^16, as Q2.13 in the upper half; the lower one is 0 or 1. */
NN_SHARED int32_t nn_sigmoid_s16(int32_t m) { return nn_reciprocal_s16(nn_exp_s16(-1 - m, 3)) * 65536; }
#endif

/* of Q3.12, as Q0.15 */
NN_KERNEL int32_t nn_logistic_fixed_s16(int32_t a) {
  if (a == 0) {
    return 1 << 14;
  }
  const int32_t twice = nn_sigmoid_s16((a < 0 ? -a : a) - 1) >> 15;
  const int32_t y = twice < 32767 ? twice : 32767;
  return a > 0 ? y : 32767 - y;
}

/* of `bits` integer bits, as Q0.15 */
NN_KERNEL int32_t nn_tanh_fixed_s16(int32_t a, int32_t bits) {
  if (a == 0) {
    return 0;
  }
  const int32_t size = a < 0 ? -a : a, m = bits < 2 ? 0 : size * (1 << (bits - 2)) - 1;
  int32_t twice; /* Q2.29 */
  if (bits < 2) {
    twice = nn_reciprocal_s16(nn_exp_s16(-size, bits + 1)) * 65536;
  } else {
    twice = m < 65536 ? nn_sigmoid_s16(m) : 1 << 30; /* exp(-16) is 0 here */
  }
  const int32_t four = (twice - (1 << 29)) >> 14;
  const int32_t y = four < 32767 ? four : 32767;
  return a < 0 ? -y : y;
}

#endif
