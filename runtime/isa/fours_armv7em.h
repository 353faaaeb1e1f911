/* Sums of int16 inputs by int8 weights of four channels for cores with the Arm DSP extension, in assembly: 16
 * products in 19 instructions.
 *
 * Registers: r4-r7 sums, r8-r11 weights, r12 and lr inputs, r0 and r1 the pointers to them, r2 where the
 * fours of inputs end.
 */
#ifndef NN_ISA_FOURS_ARMV7EM_H
#define NN_ISA_FOURS_ARMV7EM_H

#include <stdint.h>

/* clang-format off */
/* Four inputs by a word of weights, laid out for SXTB16. */
#define NN_FOURS_WORD(sum, w)                                                                                \
  "sxtb16 r3, " w "\n smlad " sum ", r12, r3, " sum "\n"                                                     \
  "sxtb16 " w ", " w ", ror #8\n smlad " sum ", lr, " w ", " sum "\n"
/* Two inputs by weights of two channels. */
#define NN_FOURS_TWO(first, second, w)                                                                       \
  "sxtb16 lr, " w "\n smlad " first ", r12, lr, " first "\n"                                                 \
  "sxtb16 " w ", " w ", ror #8\n smlad " second ", r12, " w ", " second "\n"

/* see isa/api.h; `step` becomes the bytes from a row's end to the next one */
static __attribute__((naked, noinline, unused)) void nn_dot_1x4_s16_s8(const int16_t *a __attribute__((unused)),
                                                                       const int8_t *w __attribute__((unused)),
                                                                       int32_t n __attribute__((unused)),
                                                                       int32_t acc[4] __attribute__((unused)),
                                                                       int32_t rows __attribute__((unused)),
                                                                       int32_t step __attribute__((unused))) {
  __asm__ volatile(
      "push {r2, r3, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n ldm r3, {r4, r5, r6, r7}\n"
      "ldr r12, [sp, #48]\n sub r12, r12, r2\n lsl r12, r12, #1\n str r12, [sp, #48]\n"
      "1: ldr r2, [sp]\n bics r2, r2, #3\n add r2, r0, r2, lsl #1\n beq 3f\n"
      "2: ldr r12, [r0], #4\n ldr lr, [r0], #4\n ldm r1!, {r8, r9, r10, r11}\n"
      NN_FOURS_WORD("r4", "r8") NN_FOURS_WORD("r5", "r9") NN_FOURS_WORD("r6", "r10") NN_FOURS_WORD("r7", "r11")
      "cmp r0, r2\n bne 2b\n"
      "3: ldr r3, [sp]\n lsls r3, r3, #31\n bcc 4f\n" /* of two more tells the carry, of one zero */
      "ldr r12, [r0], #4\n ldm r1!, {r8, r9}\n"
      NN_FOURS_TWO("r4", "r5", "r8") NN_FOURS_TWO("r6", "r7", "r9")
      "4: beq 5f\n ldrsh r12, [r0], #2\n ldr r8, [r1], #4\n sxtb16 r9, r8\n sxtb16 r8, r8, ror #8\n"
      "smlabb r4, r12, r9, r4\n smlabb r5, r12, r8, r5\n smlabt r6, r12, r9, r6\n smlabt r7, r12, r8, r7\n"
      "5: ldrd r3, r12, [sp, #44]\n add r0, r0, r12\n subs r3, r3, #1\n str r3, [sp, #44]\n bne 1b\n"
      "pop {r2, r3}\n stm r3, {r4, r5, r6, r7}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n");
}
/* clang-format on */

#endif
