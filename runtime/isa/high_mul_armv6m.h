/* Products of 64 bits on cores that have those of 32 bits alone: four of 16 by 16 bits, apart from their
 * callers, whose variables would take their registers.
 *
 * With a = 2^16 ah + al, b = 2^16 bh + bl (al and bl >= 0): a * b = 2^32 * (ah bh + (t >> 16)) + 2^16 * u +
 * r, t = al bh + (al bl >> 16), u = ah bl + (t mod 2^16), 0 <= r < 2^16; t, u and u + 2^14 fit 32 bits. */
#ifndef NN_ISA_HIGH_MUL_ARMV6M_H
#define NN_ISA_HIGH_MUL_ARMV6M_H

/* (2 * a * b) >> 32 with ties up: gemmlowp's SaturatingRoundingDoublingHighMul for b > INT32_MIN. */
NN_APART int32_t nn_high_mul(int32_t a, int32_t b) {
  const int32_t ah = a >> 16, bh = b >> 16;
  const uint32_t al = (uint32_t)a & 0xffffu, bl = (uint32_t)b & 0xffffu;
  const int32_t t = (int32_t)al * bh + (int32_t)((al * bl) >> 16);
  const int32_t u = ah * (int32_t)bl + (t & 0xffff);
  return (int32_t)(2u * (uint32_t)(ah * bh + (t >> 16)) + (uint32_t)((u + (1 << 14)) >> 15));
}

/* (a * b) >> 32 */
NN_APART int32_t nn_mul_high(int32_t a, int32_t b) {
  const int32_t ah = a >> 16, bh = b >> 16;
  const uint32_t al = (uint32_t)a & 0xffffu, bl = (uint32_t)b & 0xffffu;
  const int32_t t = (int32_t)al * bh + (int32_t)((al * bl) >> 16);
  const int32_t u = ah * (int32_t)bl + (t & 0xffff);
  return ah * bh + (t >> 16) + (u >> 16);
}

#endif
