/* Inner products for Armv6-M, in assembly: with eight registers that most instructions take, compilers spill.
 * An input and two weights are 8 instructions, an input and four weights 14. Pointers stand at the ends of
 * what they point to; r3 or r5 counts up to 0 from minus the number of inputs left.
 */
#ifndef NN_ISA_DOT_ARMV6M_H
#define NN_ISA_DOT_ARMV6M_H

#include "nn_quant.h"

/* clang-format off */
#define NN_DOT_1X2_STEP                                                                                      \
  "ldrsb r4, [r0, r3]\n ldrsb r5, [r1, r3]\n muls r5, r4, r5\n adds r6, r6, r5\n ldrsb r5, [r2, r3]\n"       \
  "muls r5, r4, r5\n adds r7, r7, r5\n adds r3, r3, #1\n"

/* acc[0] += a . w0, acc[1] += a . w1: r0, r1, r2; sums in r6 and r7. */
static __attribute__((naked, noinline, unused)) void nn_dot_1x2_s8(const int8_t *a __attribute__((unused)),
                                                                   const int8_t *w0 __attribute__((unused)),
                                                                   const int8_t *w1 __attribute__((unused)),
                                                                   int32_t n __attribute__((unused)),
                                                                   int32_t *acc __attribute__((unused))) {
  __asm__ volatile(
      ".syntax unified\n push {r4, r5, r6, r7, lr}\n ldr r4, [sp, #20]\n ldmia r4!, {r6, r7}\n"
      "adds r0, r0, r3\n adds r1, r1, r3\n adds r2, r2, r3\n rsbs r3, r3, #0\n"
      "1: movs r4, #3\n tst r3, r4\n beq 2f\n" NN_DOT_1X2_STEP "b 1b\n"
      "2: cmp r3, #0\n beq 4f\n"
      "3:" NN_DOT_1X2_STEP NN_DOT_1X2_STEP NN_DOT_1X2_STEP NN_DOT_1X2_STEP "bne 3b\n"
      "4: ldr r4, [sp, #20]\n stmia r4!, {r6, r7}\n pop {r4, r5, r6, r7, pc}\n");
}

#define NN_DOT_1X4_STEP                                                                                        \
  "ldrsb r6, [r0, r5]\n"                                                                                     \
  "ldrsb r7, [r1, r5]\n muls r7, r6, r7\n add r8, r7\n ldrsb r7, [r2, r5]\n muls r7, r6, r7\n add r9, r7\n"  \
  "ldrsb r7, [r3, r5]\n muls r7, r6, r7\n add r10, r7\n ldrsb r7, [r4, r5]\n muls r7, r6, r7\n"              \
  "add r11, r7\n adds r5, r5, #1\n"

/* acc[i] += in . w[i], i < 4, w having rows of n: r0, r1 to r4; sums in r8 to r11. */
static __attribute__((naked, noinline, unused)) void nn_dot_1x4_s8(const int8_t *in __attribute__((unused)),
                                                                   const int8_t *w __attribute__((unused)),
                                                                   int32_t n __attribute__((unused)),
                                                                   int32_t *acc __attribute__((unused))) {
  __asm__ volatile(
      ".syntax unified\n push {r3, r4, r5, r6, r7, lr}\n mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
      "push {r4, r5, r6, r7}\n"
      "ldmia r3!, {r4, r5, r6, r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "rsbs r5, r2, #0\n adds r0, r0, r2\n adds r1, r1, r2\n movs r6, r2\n adds r2, r1, r6\n"
      "adds r3, r2, r6\n adds r4, r3, r6\n"
      "1: movs r6, #3\n tst r5, r6\n beq 2f\n" NN_DOT_1X4_STEP "b 1b\n"
      "2: cmp r5, #0\n beq 4f\n"
      "3:" NN_DOT_1X4_STEP NN_DOT_1X4_STEP NN_DOT_1X4_STEP NN_DOT_1X4_STEP "bne 3b\n"
      "4: ldr r3, [sp, #16]\n mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
      "stmia r3!, {r4, r5, r6, r7}\n"
      "pop {r4, r5, r6, r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "pop {r3, r4, r5, r6, r7, pc}\n");
}
/* clang-format on */

#endif
