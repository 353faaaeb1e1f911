/* Rows of 3x3 depthwise convolutions for cores with the Arm DSP extension, in assembly: the loops take every
 * register there is, and compilers spill. Included by nn_depthwise_3x3_s8.h.
 *
 * An output takes 19 instructions (stride 1; 2.1 a product) or 24 (stride 2). Everything is doubled (weights,
 * biases), as SMMLAR wants it. Registers in the loops: r0-r2 the rows, where the last output of the loop
 * ends; r4 runs from -outputs * channels to 0; weights in r6 (rows 0 and 1 of column 0), r7 (column 1), r8
 * (column 2), r9 (row 2 of columns 0 and 1), r10 (row 2 of column 2 above the right shift); sums of
 * neighbouring outputs in r11, r12 (and r5), which change places; r3 and lr are free. On the stack: 0
 * multiplier, 4 round, 8 out, 12 channels, 16 bias, 20 end of out, 24 start of r4, 28 zero point twice, 32
 * weights, 36 channels' constants, 40 2 * zero point of the output + 1, 44 rows outside (1: row 0, 2: row 2),
 * 48 columns outside (1: left,
 * 2: right; only read at stride 2).
 */
#ifndef NN_ISA_DEPTHWISE_3X3_ARMV7EM_H
#define NN_ISA_DEPTHWISE_3X3_ARMV7EM_H

#include <stddef.h>

/* Loads a column at an offset: rows 0 and 1 to r3, row 2 to lr. */
#define NN_COLUMN(at)                                                                                        \
  "ldrsb r3, [r0, " at "]\n ldrsb lr, [r1, " at "]\n pkhbt r3, r3, lr, lsl #16\n ldrsb lr, [r2, " at "]\n"

/* sum a += that column times column 0, 1 or 2 of the weights */
#define NN_COLUMN_0(a) "smlad " a ", r3, r6, " a "\n smlabb " a ", lr, r9, " a "\n"
#define NN_COLUMN_1(a) "smlad " a ", r3, r7, " a "\n smlabt " a ", lr, r9, " a "\n"
#define NN_COLUMN_2(a) "smlad " a ", r3, r8, " a "\n smlabt " a ", lr, r10, " a "\n"

/* Requantises sum a and stores it at out + r4. */
#define NN_OUTPUT(a)                                                                                         \
  "ldrd r3, lr, [sp, #0]\n smmlar " a ", " a ", r3, lr\n"                                                    \
  "ldrd r3, lr, [sp, #8]\n asr " a ", " a ", r10\n ssat " a ", #8, " a "\n strb " a ", [r3, r4]\n"

/* One output: sum a is completed and stored, b goes on, c begins. */
#define NN_STEP_1(a, b, c)                                                                                   \
  NN_COLUMN("r4")                                                                                            \
  "ldr " c ", [sp, #16]\n" NN_COLUMN_2(a) NN_COLUMN_1(b) NN_COLUMN_0(c) NN_OUTPUT(a) "adds r4, r4, lr\n"

/* One output at stride 2: sum a is completed and stored, b begins. r5: channels. */
#define NN_STEP_2(a, b)                                                                                      \
  NN_COLUMN("r4, lsl #1")                                                                                    \
  NN_COLUMN_1(a)                                                                                             \
  "add " b ", r5, r4, lsl #1\n" NN_COLUMN(b) "ldr " b ", [sp, #16]\n" NN_COLUMN_2(a) NN_COLUMN_0(b)          \
      NN_OUTPUT(a) "adds r4, r4, r5\n"

/* Fills the stack from the parameters at r0; then r5 = channels, r6 = outputs of the loop times channels.
 * The last output is outside the loop where the last column is outside the image. */
#define NN_START                                                                                             \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n sub sp, #52\n"                                              \
  "ldrd r3, r4, [r0, #20]\n ldrd r5, r6, [r0, #28]\n sub r6, r6, r4\n mul r6, r6, r5\n"                      \
  "orr r3, r3, r4, lsl #1\n str r3, [sp, #48]\n"                                                             \
  "ldr r3, [r0, #44]\n adds r4, r3, r5\n add r3, r3, r6\n add r4, r4, r6\n"                                  \
  "str r3, [sp, #8]\n str r5, [sp, #12]\n str r4, [sp, #20]\n rsbs r4, r6, #0\n str r4, [sp, #24]\n"         \
  "ldrd r3, r4, [r0, #36]\n pkhbt r3, r3, r3, lsl #16\n lsls r4, r4, #1\n adds r4, #1\n"                     \
  "str r3, [sp, #28]\n str r4, [sp, #44]\n ldrd r3, r4, [r0, #48]\n strd r3, r4, [sp, #36]\n"                \
  "ldrd r3, r4, [r0, #12]\n orr r3, r3, r4, lsl #1\n str r3, [sp, #32]\n"

/* A channel's constants: r6-r10; bias in r11, r12 and on the stack; zero point twice in r5. Rows outside add
 * their zero points to the bias, their weights become 0. */
#define NN_CHANNEL                                                                                           \
  "ldrd r4, r3, [sp, #36]\n ldr r6, [r4], #4\n ldr r8, [r4], #4\n ldrsb r10, [r4], #1\n"                     \
  "ldmia r3!, {r11, r12}\n strd r4, r3, [sp, #36]\n"                                                         \
  "sxtb16 r7, r6, ror #8\n sxtb16 r6, r6\n sxtb16 r9, r8, ror #8\n sxtb16 r8, r8\n"                          \
  "sadd16 r6, r6, r6\n sadd16 r7, r7, r7\n sadd16 r8, r8, r8\n sadd16 r9, r9, r9\n"                          \
  "and r4, r11, #31\n orr r10, r4, r10, lsl #17\n"                                                           \
  "ldr r3, [sp, #44]\n lsls r3, r4\n asrs r3, r3, #1\n strd r12, r3, [sp, #0]\n"                             \
  "asr r11, r11, #7\n ldrd r5, r3, [sp, #28]\n cbz r3, 3f\n"                                                 \
  "lsrs r3, r3, #1\n bcc 2f\n"                                                                               \
  "smlabb r11, r5, r6, r11\n smlabb r11, r5, r7, r11\n smlabb r11, r5, r8, r11\n"                            \
  "lsrs r6, r6, #16\n lsls r6, r6, #16\n lsrs r7, r7, #16\n lsls r7, r7, #16\n"                              \
  "lsr r8, r8, #16\n lsl r8, r8, #16\n"                                                                      \
  "2: cbz r3, 3f\n smlad r11, r5, r9, r11\n smlabt r11, r5, r10, r11\n movs r3, #0\n mov r9, r3\n"           \
  "mov r10, r4\n"                                                                                            \
  "3: str r11, [sp, #16]\n mov r12, r11\n"

/* The zero points of a column outside: to r3 and lr. */
#define NN_COLUMN_OUTSIDE "ldr r3, [sp, #28]\n mov lr, r3\n"

/* The next channel, or the end. r3: out. */
#define NN_NEXT                                                                                              \
  "adds r3, #1\n str r3, [sp, #8]\n adds r0, #1\n adds r1, #1\n adds r2, #1\n"                               \
  "ldr r4, [sp, #20]\n cmp r3, r4\n bne.w 1b\n add sp, #52\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"

/* clang-format off */
static __attribute__((naked, noinline, unused)) void nn_depthwise_3x3_same_s8(
    const nn_depthwise_3x3_t *t __attribute__((unused))) {
  __asm__ volatile(
      NN_START
      "add r6, r6, r5\n ldmia r0, {r0, r1, r2}\n add r0, r0, r6\n add r1, r1, r6\n add r2, r2, r6\n"
      "ldr r3, [sp, #24]\n subs r3, r3, r5\n str r3, [sp, #48]\n" /* of the first pixel's column 1 */
      "1:" NN_CHANNEL
      /* columns 0 (outside) and 1 of the first pixel, column 0 of the second */
      "smlad r11, r5, r6, r11\n smlabb r11, r5, r9, r11\n ldr r4, [sp, #48]\n"
      NN_COLUMN("r4") NN_COLUMN_1("r11") NN_COLUMN_0("r12")
      "ldr r4, [sp, #24]\n"
      "4:" NN_STEP_1("r11", "r12", "r5") "bpl 5f\n"
      NN_STEP_1("r12", "r5", "r11") "bpl 6f\n"
      NN_STEP_1("r5", "r11", "r12") "bmi 4b\n b 7f\n"
      "5: mov r11, r12\n b 7f\n"
      "6: mov r11, r5\n"
      /* the last pixel, whose column 2 is outside */
      "7: ldr r5, [sp, #28]\n smlad r11, r5, r8, r11\n smlabt r11, r5, r10, r11\n"
      NN_OUTPUT("r11") NN_NEXT ::: "memory");
}

static __attribute__((naked, noinline, unused)) void nn_depthwise_3x3_row_2_up_s8(
    const nn_depthwise_3x3_t *t __attribute__((unused))) {
  __asm__ volatile(
      NN_START
      "lsl r6, r6, #1\n ldr r3, [r0, #20]\n eor r3, r3, #1\n mla r6, r3, r5, r6\n"
      "ldmia r0, {r0, r1, r2}\n add r0, r0, r6\n add r1, r1, r6\n add r2, r2, r6\n"
      "1:" NN_CHANNEL
      /* column 0 of the first pixel, perhaps outside */
      NN_COLUMN_OUTSIDE "ldr r5, [sp, #12]\n ldr r4, [sp, #48]\n lsrs r4, r4, #1\n bcs 4f\n"
      "ldr r4, [sp, #24]\n rsb r4, r5, r4, lsl #1\n" NN_COLUMN("r4")
      "4:" NN_COLUMN_0("r11")
      "ldr r4, [sp, #24]\n cmp r4, #0\n beq 7f\n"
      "5:" NN_STEP_2("r11", "r12") "bpl 6f\n"
      NN_STEP_2("r12", "r11") "bmi 5b\n b 7f\n"
      "6: mov r11, r12\n"
      /* the last pixel, where its column 2 is outside */
      "7: ldr r3, [sp, #48]\n lsrs r3, r3, #2\n bcc 8f\n"
      NN_COLUMN("r4") NN_COLUMN_1("r11") NN_COLUMN_OUTSIDE NN_COLUMN_2("r11") NN_OUTPUT("r11")
      "8: ldr r3, [sp, #8]\n" NN_NEXT ::: "memory");
}
/* clang-format on */

typedef char nn_depthwise_3x3_offsets_are_as_in_the_assembly
    [offsetof(nn_depthwise_3x3_t, row2) == 8 && offsetof(nn_depthwise_3x3_t, outside0) == 12 &&
             offsetof(nn_depthwise_3x3_t, outside2) == 16 &&
             offsetof(nn_depthwise_3x3_t, outside_left) == 20 &&
             offsetof(nn_depthwise_3x3_t, outside_right) == 24 && offsetof(nn_depthwise_3x3_t, c) == 28 &&
             offsetof(nn_depthwise_3x3_t, pixels) == 32 && offsetof(nn_depthwise_3x3_t, in_zero) == 36 &&
             offsetof(nn_depthwise_3x3_t, out_zero) == 40 && offsetof(nn_depthwise_3x3_t, out) == 44 &&
             offsetof(nn_depthwise_3x3_t, weights) == 48 && offsetof(nn_depthwise_3x3_t, channels) == 52
         ? 1
         : -1];

#endif
