/* Inner-loop primitives for Armv8.1-M with MVE (Cortex-M55, M85): sixteen products an instruction. What is
 * not here is as for the DSP extension, which these cores have as well.
 *
 * VMLADAVA adds the products of 16 pairs of int8 to a 32-bit sum. What is left over is loaded under a
 * predicate, which zeroes the other lanes. The start-up code has to set FPSCR.LTPSIZE to 4 (no tail
 * predication), as CMSIS's does.
 */
#ifndef NN_ISA_MVE_H
#define NN_ISA_MVE_H

#include <arm_mve.h>

#include "nn_quant.h"

NN_KERNEL void nn_dot_2x2_s8(const int8_t *a0, const int8_t *a1, const int8_t *w0, const int8_t *w1,
                             int32_t n, int32_t acc[4]) {
  int32_t s00 = acc[0], s01 = acc[1], s10 = acc[2], s11 = acc[3];
  int32_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const int8x16_t x0 = vldrbq_s8(a0 + i), x1 = vldrbq_s8(a1 + i);
    const int8x16_t v0 = vldrbq_s8(w0 + i), v1 = vldrbq_s8(w1 + i);
    s00 = vmladavaq_s8(s00, x0, v0);
    s01 = vmladavaq_s8(s01, x0, v1);
    s10 = vmladavaq_s8(s10, x1, v0);
    s11 = vmladavaq_s8(s11, x1, v1);
  }
  if (i < n) {
    const mve_pred16_t rest = vctp8q((uint32_t)(n - i));
    const int8x16_t x0 = vldrbq_z_s8(a0 + i, rest), x1 = vldrbq_z_s8(a1 + i, rest);
    const int8x16_t v0 = vldrbq_z_s8(w0 + i, rest), v1 = vldrbq_z_s8(w1 + i, rest);
    s00 = vmladavaq_s8(s00, x0, v0);
    s01 = vmladavaq_s8(s01, x0, v1);
    s10 = vmladavaq_s8(s10, x1, v0);
    s11 = vmladavaq_s8(s11, x1, v1);
  }
  acc[0] = s00;
  acc[1] = s01;
  acc[2] = s10;
  acc[3] = s11;
}

NN_KERNEL void nn_dot_1x2_s8(const int8_t *a, const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  __asm__ volatile("wlstp.8 lr, %[n], 2f\n"
                   "1: vldrb.8 q0, [%[a]], #16\n vldrb.8 q1, [%[w0]], #16\n vmladava.s8 %[s0], q0, q1\n"
                   "vldrb.8 q2, [%[w1]], #16\n vmladava.s8 %[s1], q0, q2\n letp lr, 1b\n 2:"
                   : [a] "+r"(a), [w0] "+r"(w0), [w1] "+r"(w1), [s0] "+Te"(s0), [s1] "+Te"(s1)
                   : [n] "r"(n)
                   : "lr", "q0", "q1", "q2", "memory");
  acc[0] = s0;
  acc[1] = s1;
}

NN_KERNEL void nn_sum_x2_s8(const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  for (int32_t i = 0; i < n; i += 16) {
    const mve_pred16_t rest = vctp8q((uint32_t)(n - i));
    s0 = vaddvaq_s8(s0, vldrbq_z_s8(w0 + i, rest));
    s1 = vaddvaq_s8(s1, vldrbq_z_s8(w1 + i, rest));
  }
  acc[0] = s0;
  acc[1] = s1;
}

/* acc[i] += a . w[i], i < 4, w having rows of n, in assembly: 64 products in 10 instructions. Sums in r4, r6,
 * r8 and r10, as VMLADAVA wants even registers; weights at r1, r3, r5 and r7. */
static __attribute__((naked, noinline, unused)) void nn_dot_1x4_s8(const int8_t *a __attribute__((unused)),
                                                                   const int8_t *w __attribute__((unused)),
                                                                   int32_t n __attribute__((unused)),
                                                                   int32_t *acc __attribute__((unused))) {
  __asm__ volatile("push {r4, r5, r6, r7, r8, r9, r10, lr}\n mov r9, r3\n"
                   "add r3, r1, r2\n add r5, r3, r2\n add r7, r5, r2\n"
                   "ldm r9, {r4, r6, r8, r10}\n dlstp.8 lr, r2\n"
                   "1: vldrb.8 q0, [r0], #16\n vldrb.8 q1, [r1], #16\n vmladava.s8 r4, q0, q1\n"
                   "vldrb.8 q2, [r3], #16\n vmladava.s8 r6, q0, q2\n"
                   "vldrb.8 q1, [r5], #16\n vmladava.s8 r8, q0, q1\n"
                   "vldrb.8 q2, [r7], #16\n vmladava.s8 r10, q0, q2\n letp lr, 1b\n"
                   "stm r9, {r4, r6, r8, r10}\n pop {r4, r5, r6, r7, r8, r9, r10, pc}\n");
}

/* acc[0] += a . w0, acc[1] += a . w1: eight products an instruction. */
NN_KERNEL void nn_dot_1x2_s16_s8(const int16_t *a, const int8_t *w0, const int8_t *w1, int32_t n,
                                 int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  __asm__ volatile("dlstp.16 lr, %[n]\n"
                   "1: vldrh.16 q0, [%[a]], #16\n vldrb.s16 q1, [%[w0]], #8\n vmladava.s16 %[s0], q0, q1\n"
                   "vldrb.s16 q2, [%[w1]], #8\n vmladava.s16 %[s1], q0, q2\n letp lr, 1b"
                   : [a] "+r"(a), [w0] "+l"(w0), [w1] "+l"(w1), [s0] "+Te"(s0), [s1] "+Te"(s1)
                   : [n] "r"(n)
                   : "lr", "q0", "q1", "q2", "memory");
  acc[0] = s0;
  acc[1] = s1;
}

/* nn_requantize; VRSHL rounds ties up, and one less below zero makes that away from zero. */
NN_KERNEL int32x4_t nn_requantize_x4(int32x4_t x, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0, right = shift - left; /* at most 0 */
  const int32x4_t y = vqrdmulhq_n_s32(vshlq_r_s32(x, left), multiplier);
  const int32x4_t away = vshrq_n_s32(vandq_s32(y, vdupq_n_s32(right)), 31);
  return vrshlq_n_s32(vaddq_s32(y, away), right);
}

#define NN_ISA_HAS_DOTS

#endif
