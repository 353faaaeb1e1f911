/* Rows of 3x3 depthwise convolutions for cores with the Arm DSP extension, in assembly: the loop takes every
 * register there is, and compilers spill. 18 instructions and a branch an output, 2.1 a product.
 * Included by nn_depthwise_3x3_s8.h.
 *
 * Everything is doubled (weights, biases), as SMMLAR wants it. Registers in the loop: r0-r2 the rows, where
 * the last pixel inside the loop ends; r4 runs from -pixels * channels to 0; weights in r6 (rows 0 and 1 of
 * column 0), r7 (column 1), r8 (column 2), r9 (row 2 of columns 0 and 1), r10 (row 2 of column 2 above the
 * right shift); sums of three neighbouring pixels in r11, r12, r5, which change places; r3 and lr are free.
 * On the stack: 0 multiplier, 4 round, 8 out, 12 channels, 16 bias, 20 end of out, 24 start of r4, 28 zero
 * point twice, 32 weights, 36 channels' constants, 40 2 * zero point of the output + 1, 44 rows outside.
 */
#ifndef NN_ISA_DEPTHWISE_3X3_ARMV7EM_H
#define NN_ISA_DEPTHWISE_3X3_ARMV7EM_H

#include <stddef.h>

/* The column at r4: rows 0 and 1 to r3, row 2 to lr. */
#define NN_COLUMN "ldrsb r3, [r0, r4]\n ldrsb lr, [r1, r4]\n pkhbt r3, r3, lr, lsl #16\n ldrsb lr, [r2, r4]\n"

/* One output: sum a is completed, requantised and stored, b goes on, c begins. */
#define NN_STEP(a, b, c)                                                                                     \
  NN_COLUMN "ldr " c ", [sp, #16]\n"                                                                         \
            "smlad " a ", r3, r8, " a "\n smlabt " a ", lr, r10, " a "\n"                                    \
            "smlad " b ", r3, r7, " b "\n smlabt " b ", lr, r9, " b "\n"                                     \
            "smlad " c ", r3, r6, " c "\n smlabb " c ", lr, r9, " c "\n"                                     \
            "ldrd r3, lr, [sp, #0]\n smmlar " a ", " a ", r3, lr\n"                                          \
            "ldrd r3, lr, [sp, #8]\n asr " a ", " a ", r10\n ssat " a ", #8, " a "\n"                        \
            "strb " a ", [r3, r4]\n adds r4, r4, lr\n"

static __attribute__((naked, noinline, unused)) void nn_depthwise_3x3_same_s8(const nn_depthwise_3x3_t *t
                                                                              __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n sub sp, #52\n"
      /* channels, pixels inside the loop (all but the last) times channels */
      "ldrd r5, r6, [r0, #28]\n subs r6, #1\n mul r6, r6, r5\n"
      "ldr r3, [r0, #44]\n adds r4, r3, r5\n add r3, r3, r6\n add r4, r4, r6\n"
      "str r3, [sp, #8]\n str r5, [sp, #12]\n str r4, [sp, #20]\n"
      "rsbs r4, r6, #0\n str r4, [sp, #24]\n"
      "ldrd r3, r4, [r0, #36]\n pkhbt r3, r3, r3, lsl #16\n lsls r4, r4, #1\n adds r4, #1\n"
      "str r3, [sp, #28]\n str r4, [sp, #40]\n"
      "ldrd r3, r4, [r0, #48]\n strd r3, r4, [sp, #32]\n"
      "ldrd r3, r4, [r0, #12]\n orr r3, r3, r4, lsl #1\n str r3, [sp, #44]\n"
      "add r6, r6, r5\n ldmia r0, {r0, r1, r2}\n add r0, r0, r6\n add r1, r1, r6\n add r2, r2, r6\n"

      /* a channel: its constants */
      "1: ldrd r4, r3, [sp, #32]\n ldr r6, [r4], #4\n ldr r8, [r4], #4\n ldrsb r10, [r4], #1\n"
      "ldmia r3!, {r11, r12}\n strd r4, r3, [sp, #32]\n"
      "sxtb16 r7, r6, ror #8\n sxtb16 r6, r6\n sxtb16 r9, r8, ror #8\n sxtb16 r8, r8\n"
      "sadd16 r6, r6, r6\n sadd16 r7, r7, r7\n sadd16 r8, r8, r8\n sadd16 r9, r9, r9\n"
      "and r4, r11, #31\n orr r10, r4, r10, lsl #17\n"
      "ldr r3, [sp, #40]\n lsls r3, r4\n asrs r3, r3, #1\n strd r12, r3, [sp, #0]\n"
      "asr r11, r11, #8\n lsl r11, r11, #1\n"
      "ldr r5, [sp, #28]\n ldr r3, [sp, #44]\n cbz r3, 3f\n"
      /* rows outside: their zero points to the bias, their weights to 0 */
      "lsrs r3, r3, #1\n bcc 2f\n"
      "smlabb r11, r5, r6, r11\n smlabb r11, r5, r7, r11\n smlabb r11, r5, r8, r11\n"
      "lsrs r6, r6, #16\n lsls r6, r6, #16\n lsrs r7, r7, #16\n lsls r7, r7, #16\n"
      "lsr r8, r8, #16\n lsl r8, r8, #16\n"
      "2: cbz r3, 3f\n smlad r11, r5, r9, r11\n smlabt r11, r5, r10, r11\n movs r3, #0\n mov r9, r3\n"
      "mov r10, r4\n"

      /* columns 0 (outside) and 1 of the first pixel, column 0 of the second */
      "3: ldr lr, [sp, #24]\n ldr r4, [sp, #12]\n sub r4, lr, r4\n str r11, [sp, #16]\n"
      "mov r12, r11\n smlad r11, r5, r6, r11\n smlabb r11, r5, r9, r11\n" NN_COLUMN
      "smlad r11, r3, r7, r11\n smlabt r11, lr, r9, r11\n"
      "smlad r12, r3, r6, r12\n smlabb r12, lr, r9, r12\n"
      "ldr r4, [sp, #24]\n cmp r4, #0\n beq 7f\n"

      "4:" NN_STEP("r11", "r12", "r5") "bpl 5f\n" NN_STEP("r12", "r5", "r11") "bpl 6f\n" NN_STEP(
          "r5", "r11",
          "r12") "bmi 4b\n b 7f\n"
                 "5: mov r11, r12\n b 7f\n"
                 "6: mov r11, r5\n"

                 /* the last pixel, whose column 2 is outside; the next channel */
                 "7: ldr r5, [sp, #28]\n smlad r11, r5, r8, r11\n smlabt r11, r5, r10, r11\n"
                 "ldrd r3, lr, [sp, #0]\n smmlar r11, r11, r3, lr\n ldr r3, [sp, #8]\n asr r11, r11, r10\n"
                 "ssat r11, #8, r11\n strb r11, [r3], #1\n str r3, [sp, #8]\n"
                 "adds r0, #1\n adds r1, #1\n adds r2, #1\n"
                 "ldr r4, [sp, #20]\n cmp r3, r4\n bne.w 1b\n"
                 "add sp, #52\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n" ::
                     : "memory");
}

typedef char nn_depthwise_3x3_offsets_are_as_in_the_assembly
    [offsetof(nn_depthwise_3x3_t, row2) == 8 && offsetof(nn_depthwise_3x3_t, outside0) == 12 &&
             offsetof(nn_depthwise_3x3_t, c) == 28 && offsetof(nn_depthwise_3x3_t, pixels) == 32 &&
             offsetof(nn_depthwise_3x3_t, in_zero) == 36 && offsetof(nn_depthwise_3x3_t, out_zero) == 40 &&
             offsetof(nn_depthwise_3x3_t, out) == 44 && offsetof(nn_depthwise_3x3_t, weights) == 48 &&
             offsetof(nn_depthwise_3x3_t, channels) == 52
         ? 1
         : -1];

#endif
