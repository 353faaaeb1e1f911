/* 2 / (1 + exp(-x)) of nn_fixed_s16.h for Armv6-M, in assembly: some 100 instructions.
 *
 * r7 is 2^14: a product of int16 values a * b is rounded to (a * b + r7) >> 15.
 */
#ifndef NN_ISA_SIGMOID_ARMV6M_H
#define NN_ISA_SIGMOID_ARMV6M_H

#include <stdint.h>

/* clang-format off */
#define NN_SIGMOID_ROUND(r) "adds " r ", " r ", r7\n asrs " r ", " r ", #15\n"
/* y times a constant if the next bit of r4 says so. */
#define NN_SIGMOID_FACTOR(constant, next)                                                                    \
  "lsrs r4, r4, #1\n bcc " next "f\n ldr r5, " constant "f\n muls r0, r5, r0\n" NN_SIGMOID_ROUND("r0") next ": "
/* x += 4 * (((1 << 13) - half * x) * x): r0 half, r1 x, r6 1 << 13 */
#define NN_SIGMOID_NEWTON                                                                                    \
  "movs r2, r1\n muls r2, r0, r2\n" NN_SIGMOID_ROUND("r2") "subs r2, r6, r2\n muls r2, r1, r2\n"             \
  NN_SIGMOID_ROUND("r2") "lsls r2, r2, #2\n adds r1, r1, r2\n"

static __attribute__((naked, noinline, unused)) int32_t nn_sigmoid_s16(int32_t m __attribute__((unused))) {
  __asm__ volatile(
      ".syntax unified\n push {r4, r5, r6, r7, lr}\n movs r7, #1\n lsls r7, r7, #14\n"
      "lsrs r4, r0, #10\n lsls r0, r0, #22\n lsrs r0, r0, #19\n ldr r1, 21f\n subs r1, r1, r0\n"   /* x */
      "movs r2, r1\n muls r2, r1, r2\n" NN_SIGMOID_ROUND("r2")                                     /* x^2 */
      "movs r3, r2\n muls r3, r1, r3\n" NN_SIGMOID_ROUND("r3")                                     /* x^3 */
      "movs r0, r2\n muls r0, r2, r0\n ldr r5, 22f\n adds r0, r0, r5\n asrs r0, r0, #17\n"         /* x^4 / 4 */
      "adds r3, r3, r0\n ldr r5, 23f\n muls r3, r5, r3\n" NN_SIGMOID_ROUND("r3")
      "adds r3, r3, r2\n adds r3, r3, #1\n asrs r3, r3, #1\n adds r1, r1, r3\n"
      "ldr r5, 24f\n movs r0, r1\n muls r0, r5, r0\n" NN_SIGMOID_ROUND("r0") "adds r0, r0, r5\n"
      NN_SIGMOID_FACTOR("25", "1") NN_SIGMOID_FACTOR("26", "2") NN_SIGMOID_FACTOR("27", "3")
      NN_SIGMOID_FACTOR("28", "4") NN_SIGMOID_FACTOR("29", "5") NN_SIGMOID_FACTOR("30", "6")
      "adds r0, r0, r7\n adds r0, r0, r7\n lsrs r0, r0, #1\n"
      "ldr r1, 31f\n muls r1, r0, r1\n" NN_SIGMOID_ROUND("r1") "ldr r2, 32f\n adds r1, r1, r2\n"
      "lsrs r6, r7, #1\n" NN_SIGMOID_NEWTON NN_SIGMOID_NEWTON NN_SIGMOID_NEWTON
      "lsls r0, r1, #16\n pop {r4, r5, r6, r7, pc}\n"
      ".balign 4\n"
      "21: .word 4088\n 22: .word 16384 + 65536\n 23: .word 10923\n 24: .word 28918\n"
      "25: .word 25520\n 26: .word 19875\n 27: .word 12055\n 28: .word 4435\n 29: .word 600\n 30: .word 11\n"
      "31: .word -15420\n 32: .word 23130\n");
}
/* clang-format on */

#endif
