/* Products of 64 bits on cores that have those of 32 bits alone: four of 16 by 16 bits, apart from their
 * callers, whose variables would take their registers.
 *
 * With a = 2^16 ah + al, b = 2^16 bh + bl (al and bl >= 0): a * b = 2^32 * (ah bh + (t >> 16)) + 2^16 * u +
 * r, t = al bh + (al bl >> 16), u = ah bl + (t mod 2^16), 0 <= r < 2^16; t, u and u + 2^14 fit 32 bits. */
#ifndef NN_ISA_HIGH_MUL_ARMV6M_H
#define NN_ISA_HIGH_MUL_ARMV6M_H

/* clang-format off */
/* r2 ah bh + (t >> 16), r0 u; r1 changes, and r3 and r12 */
#define NN_HIGH_MUL_PARTS                                                                                    \
  ".syntax unified\n asrs r2, r1, #16\n uxth r1, r1\n asrs r3, r0, #16\n uxth r0, r0\n mov r12, r1\n"         \
  "muls r1, r0, r1\n lsrs r1, r1, #16\n muls r0, r2, r0\n adds r1, r1, r0\n mov r0, r12\n"                    \
  "muls r0, r3, r0\n muls r2, r3, r2\n asrs r3, r1, #16\n adds r2, r2, r3\n uxth r1, r1\n adds r0, r0, r1\n"

/* (2 * a * b) >> 32 with ties up: gemmlowp's SaturatingRoundingDoublingHighMul for b > INT32_MIN. */
static __attribute__((naked, noinline, unused)) int32_t nn_high_mul(int32_t a __attribute__((unused)),
                                                                    int32_t b __attribute__((unused))) {
  __asm__ volatile(NN_HIGH_MUL_PARTS "movs r1, #1\n lsls r1, r1, #14\n adds r0, r0, r1\n asrs r0, r0, #15\n"
                   "lsls r2, r2, #1\n adds r0, r0, r2\n bx lr\n");
}

/* (a * b) >> 32 */
static __attribute__((naked, noinline, unused)) int32_t nn_mul_high(int32_t a __attribute__((unused)),
                                                                    int32_t b __attribute__((unused))) {
  __asm__ volatile(NN_HIGH_MUL_PARTS "asrs r0, r0, #16\n adds r0, r0, r2\n bx lr\n");
}
/* clang-format on */

#endif
