/* Sums of int16 inputs by int8 weights of four channels for Armv6-M, in assembly: 16 products in 71
 * instructions.
 *
 * Registers: r4-r7 inputs, r2 weights, r3 a weight, r0 and r1 the pointers to inputs and weights, r8-r11
 * sums, r12 where the fours of inputs end.
 */
#ifndef NN_ISA_FOURS_ARMV6M_H
#define NN_ISA_FOURS_ARMV6M_H

#include <stdint.h>

/* clang-format off */
/* A word of weights: two inputs, in sums `first` and `second`, then two more. */
#define NN_FOURS_WORD(first, second, x0, x1, x2, x3)                                                         \
  "ldmia r1!, {r2}\n sxtb r3, r2\n muls r3, " x0 ", r3\n add " first ", r3\n"                               \
  "asrs r2, r2, #8\n sxtb r3, r2\n muls r3, " x1 ", r3\n add " second ", r3\n"                              \
  "asrs r2, r2, #8\n sxtb r3, r2\n muls r3, " x2 ", r3\n add " first ", r3\n"                               \
  "asrs r2, r2, #8\n muls r2, " x3 ", r2\n add " second ", r2\n"
#define NN_FOURS_CHANNEL(sum) NN_FOURS_WORD(sum, sum, "r4", "r6", "r5", "r7")
#define NN_FOURS_TWO(first, second) NN_FOURS_WORD(first, second, "r4", "r4", "r5", "r5")

/* see isa/api.h; `step` becomes the bytes from a row's end to the next one */
static __attribute__((naked, noinline, unused)) void nn_dot_1x4_s16_s8(const int16_t *a __attribute__((unused)),
                                                                       const int8_t *w __attribute__((unused)),
                                                                       int32_t n __attribute__((unused)),
                                                                       int32_t acc[4] __attribute__((unused)),
                                                                       int32_t rows __attribute__((unused)),
                                                                       int32_t step __attribute__((unused))) {
  __asm__ volatile(
      ".syntax unified\n push {r2, r3, r4, r5, r6, r7, lr}\n"
      "mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n push {r4, r5, r6, r7}\n"
      "ldmia r3!, {r4, r5, r6, r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "ldr r4, [sp, #48]\n subs r4, r4, r2\n lsls r4, r4, #1\n str r4, [sp, #48]\n"
      "1: ldr r2, [sp, #16]\n movs r3, #3\n bics r2, r3\n lsls r2, r2, #1\n adds r2, r2, r0\n mov r12, r2\n"
      "cmp r0, r12\n beq 3f\n"
      "2: ldrh r4, [r0]\n sxth r4, r4\n ldrh r5, [r0, #2]\n sxth r5, r5\n"
      "ldrh r6, [r0, #4]\n sxth r6, r6\n ldrh r7, [r0, #6]\n sxth r7, r7\n adds r0, r0, #8\n"
      NN_FOURS_CHANNEL("r8") NN_FOURS_CHANNEL("r9") NN_FOURS_CHANNEL("r10") NN_FOURS_CHANNEL("r11")
      "cmp r0, r12\n bne 2b\n"
      "3: ldr r3, [sp, #16]\n lsrs r3, r3, #2\n bcc 4f\n" /* the carry is 2 of n */
      "ldrh r4, [r0]\n sxth r4, r4\n ldrh r5, [r0, #2]\n sxth r5, r5\n adds r0, r0, #4\n"
      NN_FOURS_TWO("r8", "r9") NN_FOURS_TWO("r10", "r11")
      "4: ldr r3, [sp, #16]\n lsrs r3, r3, #1\n bcc 5f\n"
      "ldrh r4, [r0]\n sxth r4, r4\n adds r0, r0, #2\n ldmia r1!, {r2}\n"
      "sxtb r3, r2\n muls r3, r4, r3\n add r8, r3\n asrs r2, r2, #8\n sxtb r3, r2\n muls r3, r4, r3\n add r9, r3\n"
      "asrs r2, r2, #8\n sxtb r3, r2\n muls r3, r4, r3\n add r10, r3\n asrs r2, r2, #8\n muls r2, r4, r2\n"
      "add r11, r2\n"
      "5: ldr r3, [sp, #48]\n adds r0, r0, r3\n ldr r3, [sp, #44]\n subs r3, r3, #1\n str r3, [sp, #44]\n"
      "beq 6f\n b 1b\n"
      "6: ldr r3, [sp, #20]\n mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n stmia r3!, {r4, r5, r6, r7}\n"
      "pop {r4, r5, r6, r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "pop {r2, r3, r4, r5, r6, r7, pc}\n");
}
/* clang-format on */

#endif
