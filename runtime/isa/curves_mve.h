/* Curves of nn_fixed_s16.h for cores with MVE, in assembly: eight values in some 80 instructions. VQRDMULH of
 * int16 is nn_mul_q15.
 */
#ifndef NN_ISA_CURVES_MVE_H
#define NN_ISA_CURVES_MVE_H

/* A factor of exp where bit 15 - left of m asks for it. */
#define NN_CURVE_FACTOR(left, factor)                                                                        \
  "vshl.i16 q1, q3, #" left "\n movw r12, #" factor "\n vpt.s16 lt, q1, zr\n vqrdmulht.s16 q0, q0, r12\n"
#define NN_CURVE_NEWTON                                                                                      \
  "vqrdmulh.s16 q3, q0, q1\n vsub.i16 q3, q2, q3\n vqrdmulh.s16 q3, q3, q1\n vshl.i16 q3, q3, #2\n"          \
  "vadd.i16 q1, q1, q3\n"

/* clang-format off */
/* v[8] of Q3.12, times 2^left, a to y = 2^s * (2 / (1 + exp(-|a|)) - start), as Q2.13, where a > 0; mirror - y
 * where a < 0, the mean of both where it is 0. s is 2 where start is 1, else 1; the steps are those of nn_exp_s16
 * and nn_reciprocal_s16. Where |a| saturates, its exp is 0 all the same. */
static __attribute__((naked, noinline, unused)) void
nn_curve_x8(int16_t *v __attribute__((unused)), int32_t left __attribute__((unused)),
            int32_t mirror __attribute__((unused)), int32_t start __attribute__((unused))) {
  __asm__ volatile(
      "vpush {d8-d9}\n vldrh.16 q0, [r0]\n vabs.s16 q0, q0\n vqshl.u16 q0, r1\n mov r12, #1\n"
      "vsub.i16 q3, q0, r12\n vmov q0, q3\n vbic.i16 q0, #0xfc00\n vshl.i16 q0, q0, #3\n"
      "movw r12, #4088\n vdup.16 q1, r12\n vsub.i16 q0, q1, q0\n"           /* x */
      "vqrdmulh.s16 q1, q0, q0\n vqrdmulh.s16 q4, q1, q0\n"                 /* x^2, x^3 */
      "vqrdmulh.s16 q2, q1, q1\n vrshr.s16 q2, q2, #2\n vadd.i16 q2, q2, q4\n vpop {d8-d9}\n"
      "movw r12, #10923\n vqrdmulh.s16 q2, q2, r12\n vrhadd.s16 q2, q2, q1\n vadd.i16 q0, q0, q2\n"
      "movw r12, #28918\n vqrdmulh.s16 q0, q0, r12\n vadd.i16 q0, q0, r12\n"
      NN_CURVE_FACTOR("5", "25520") NN_CURVE_FACTOR("4", "19875") NN_CURVE_FACTOR("3", "12055")
      NN_CURVE_FACTOR("2", "4435") NN_CURVE_FACTOR("1", "600") NN_CURVE_FACTOR("0", "11")
      "vshr.s16 q0, q0, #1\n movw r12, #16384\n vadd.i16 q0, q0, r12\n"     /* half */
      "movw r12, #50116\n vqrdmulh.s16 q1, q0, r12\n movw r12, #23130\n vadd.i16 q1, q1, r12\n"
      "vmov.i16 q2, #0x2000\n" NN_CURVE_NEWTON NN_CURVE_NEWTON NN_CURVE_NEWTON
      "vsub.i16 q1, q1, r3\n lsr r3, r3, #13\n add r3, r3, #1\n vqshl.s16 q1, r3\n"
      "vldrh.16 q0, [r0]\n vdup.16 q2, r2\n vpt.s16 lt, q0, zr\n vsubt.i16 q1, q2, q1\n"
      "add r2, #1\n lsr r2, r2, #1\n vpt.i16 eq, q0, zr\n vdupt.16 q1, r2\n vstrh.16 q1, [r0]\n bx lr\n");
}
/* clang-format on */

NN_KERNEL void nn_logistic_x8(int16_t v[8]) { nn_curve_x8(v, 0, 32767, 0); }

/* of 2 + `left` integer bits */
NN_KERNEL void nn_tanh_x8(int16_t v[8], int32_t left) { nn_curve_x8(v, left, 0, 1 << 13); }

#endif
