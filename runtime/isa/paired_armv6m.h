/* Paired pixels for Armv6-M, in assembly: with eight registers that most instructions take, compilers spill.
 * A tap of 4 pixels is 7 instructions, of 2 pixels 5. Instruction counts: tests/bench.
 *
 * Registers in the loop: r0 x, r1 how far behind the next words of x the weight stands, r2 cuts, r3 and r4
 * words of x, r5 the weight, r6 and r7 sums of the chunk; r8 to r11 accumulators, r12 2^31 + 2^15, where a
 * sum begins. The steps of a chunk follow one another; its cut says where to jump into them. In the outputs:
 * r1 the output, r4 the rounding, r5 and r6 halves of the multiplier, r7 the right shift, lr 2^30 + 2^14.
 */
#ifndef NN_ISA_PAIRED_ARMV6M_H
#define NN_ISA_PAIRED_ARMV6M_H

#include <stddef.h>

/* clang-format off */
#define NN_PAIRED_STEP_4                                                                                     \
  "ldmia r0!, {r3, r4}\n ldrsb r5, [r1, r0]\n subs r1, r1, #7\n muls r3, r5, r3\n muls r4, r5, r4\n"         \
  "adds r6, r6, r3\n adds r7, r7, r4\n"
#define NN_PAIRED_STEP_2                                                                                     \
  "ldmia r0!, {r3}\n ldrsb r5, [r1, r0]\n subs r1, r1, #3\n muls r3, r5, r3\n adds r6, r6, r3\n"

/* A chunk's sum into the accumulators of its two pixels, as it is and its upper half; the sum begins anew. */
#define NN_PAIRED_SPLIT(sum, both, second)                                                                   \
  "add " both ", " sum "\n lsrs " sum ", " sum ", #16\n add " second ", " sum "\n mov " sum ", r12\n"

/* `behind`: the bytes of the words for a tap. Between channels r1 is so far behind the weights. */
#define NN_PAIRED_ENTER(behind)                                                                              \
  ".syntax unified\n push {r4, r5, r6, r7, lr}\n mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"      \
  "push {r0, r4, r5, r6, r7}\n ldr r1, [r0, #4]\n subs r1, #" behind "\n movs r2, #1\n lsls r2, r2, #15\n"    \
  "lsls r3, r2, #16\n adds r3, r3, r2\n mov r12, r3\n lsrs r3, r2, #1\n lsls r2, r2, #15\n adds r2, r2, r3\n"  \
  "mov lr, r2\n"
#define NN_PAIRED_LEAVE                                                                                      \
  "add sp, #4\n pop {r4, r5, r6, r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"                \
  "pop {r4, r5, r6, r7, pc}\n"

/* r0 is the nn_paired_t, and r4 is from here on. Accumulators of second pixels begin at the bias: r3. What both
 * pixels' are added up in begins there, with 2^16 times that for the second one: r5. */
#define NN_PAIRED_CHANNEL                                                                                    \
  "ldr r5, [r0, #8]\n ldr r3, [r5]\n asrs r3, r3, #5\n lsls r5, r3, #16\n adds r5, r5, r3\n mov r8, r5\n"      \
  "mov r9, r3\n" NN_PAIRED_BEGIN
#define NN_PAIRED_BEGIN "movs r4, r0\n ldr r0, [r0]\n subs r1, r1, r0\n mov r6, r12\n"
#define NN_PAIRED_DONE "adds r1, r1, r0\n ldr r0, [sp]\n"

/* All chunks are done: r1 is kept, and what the outputs need goes into registers. */
#define NN_PAIRED_SCALE                                                                                      \
  NN_PAIRED_DONE                                                                                             \
  "str r1, [r0, #4]\n ldr r7, [r0, #8]\n ldr r6, [r7, #4]\n uxth r5, r6\n lsrs r6, r6, #16\n ldrb r7, [r7]\n"  \
  "movs r3, #31\n ands r7, r7, r3\n ldr r4, [r0, #28]\n lsls r4, r4, r7\n asrs r4, r4, #1\n mov r3, lr\n"      \
  "lsrs r3, r3, #15\n subs r4, r4, r3\n ldr r1, [r0, #12]\n"

/* The accumulator of a first or a second pixel to r0: a second one's, 2^16 times, is in the sum of both. */
#define NN_PAIRED_FIRST(both, second)                                                                        \
  "mov r2, " second "\n lsls r2, r2, #16\n mov r0, " both "\n subs r0, r0, r2\n"
#define NN_PAIRED_SECOND(second) "mov r0, " second "\n"

/* The accumulator in r0 to an int8 at r1. With acc = 2^16 ah + al and the multiplier 2^16 mh + ml,
 * h = (acc * multiplier + 2^30) >> 31 = 2 ah mh + ((al mh + ah ml + (al ml >> 16) + 2^14) >> 15); 2^30 more
 * keep the last sum from being negative, and r4 takes them off again. Then (h + (acc >> 31) + rounding) >>
 * right, saturated. */
#define NN_PAIRED_OUTPUT                                                                                     \
  "uxth r2, r0\n asrs r0, r0, #16\n movs r3, r2\n muls r3, r5, r3\n lsrs r3, r3, #16\n"                      \
  "muls r2, r6, r2\n adds r3, r3, r2\n movs r2, r0\n muls r2, r5, r2\n adds r3, r3, r2\n add r3, lr\n"      \
  "lsrs r3, r3, #15\n asrs r2, r0, #31\n muls r0, r6, r0\n lsls r0, r0, #1\n adds r0, r0, r3\n"              \
  "adds r0, r0, r2\n adds r0, r0, r4\n asrs r0, r0, r7\n sxtb r2, r0\n cmp r2, r0\n beq 9f\n"                \
  "asrs r0, r0, #31\n movs r2, #127\n eors r2, r2, r0\n 9: strb r2, [r1]\n"

/* To the next channel: out, channels and channels_left move on. */
#define NN_PAIRED_NEXT                                                                                       \
  "ldr r0, [sp]\n ldr r2, [r0, #12]\n adds r2, r2, #1\n str r2, [r0, #12]\n ldr r2, [r0, #8]\n"              \
  "adds r2, r2, #8\n str r2, [r0, #8]\n ldr r1, [r0, #4]\n ldr r2, [r0, #24]\n subs r2, r2, #1\n"           \
  "str r2, [r0, #24]\n beq 5f\n b 1b\n 5:\n"

/* For each channel: `begin`, the chunks of one, then from 6 on `end`. */
#define NN_PAIRED_RUN(behind, step, split, begin, end)                                                       \
  NN_PAIRED_ENTER(behind)                                                                                    \
  "1:\n" begin                                                                                               \
  "2: ldr r5, [r4, #32]\n ldmia r5!, {r2}\n str r5, [r4, #32]\n lsls r2, r2, #2\n bcs 7f\n bpl 13f\n"          \
  "18: " step step step "15: " step step "13: " step step "11: " step split                                  \
  "lsls r2, r2, #2\n beq 6f\n bcs 7f\n bmi 18b\n b 13b\n"                                                   \
  "7: bmi 15b\n b 11b\n"                                                                                     \
  "6: ldr r4, [sp]\n ldr r5, [r4, #40]\n cmp r0, r5\n bne 2b\n" end NN_PAIRED_LEAVE
#define NN_PAIRED_RUN_4(begin, end)                                                                          \
  NN_PAIRED_RUN("8", NN_PAIRED_STEP_4,                                                                       \
                NN_PAIRED_SPLIT("r6", "r8", "r9") NN_PAIRED_SPLIT("r7", "r10", "r11"), begin, end)
#define NN_PAIRED_RUN_2(begin, end)                                                                          \
  NN_PAIRED_RUN("4", NN_PAIRED_STEP_2, NN_PAIRED_SPLIT("r6", "r8", "r9"), begin, end)
#define NN_PAIRED_CHANNEL_4 NN_PAIRED_CHANNEL "mov r10, r5\n mov r11, r3\n mov r7, r6\n"
#define NN_PAIRED_OUTPUTS_4                                                                                  \
  NN_PAIRED_SCALE                                                                                            \
  NN_PAIRED_FIRST("r8", "r9") NN_PAIRED_OUTPUT                                                               \
  "ldr r0, [sp]\n ldr r0, [r0, #16]\n mov r8, r0\n add r1, r8\n"                                             \
  NN_PAIRED_SECOND("r9") NN_PAIRED_OUTPUT "add r1, r8\n"                                                     \
  NN_PAIRED_FIRST("r10", "r11") NN_PAIRED_OUTPUT "ldr r0, [sp]\n ldr r0, [r0, #20]\n adds r1, r1, r0\n"      \
  NN_PAIRED_SECOND("r11") NN_PAIRED_OUTPUT                                                                   \
  NN_PAIRED_NEXT
#define NN_PAIRED_OUTPUTS_2                                                                                  \
  NN_PAIRED_SCALE                                                                                            \
  NN_PAIRED_FIRST("r8", "r9") NN_PAIRED_OUTPUT "ldr r0, [sp]\n ldr r0, [r0, #20]\n adds r1, r1, r0\n"        \
  NN_PAIRED_SECOND("r9") NN_PAIRED_OUTPUT                                                                    \
  NN_PAIRED_NEXT

/* A word of x from pixels at registers, k behind them. */
#define NN_PAIR_UP(first, second)                                                                            \
  "ldrsb r6, [" second ", r4]\n ldrsb r7, [" first ", r4]\n lsls r6, r6, #16\n adds r6, r6, r7\n"            \
  "stmia r5!, {r6}\n"

/* 12 instructions for a tap; for two pixels 7. */
static __attribute__((naked, noinline, unused)) void nn_pair_up_4_s8(const int8_t *const a[4]
                                                                     __attribute__((unused)),
                                                                     int32_t n __attribute__((unused)),
                                                                     uint32_t *x __attribute__((unused))) {
  __asm__ volatile(
      ".syntax unified\n push {r4, r5, r6, r7, lr}\n movs r5, r2\n movs r4, r1\n ldmia r0, {r0, r1, r2, r3}\n"
      "adds r0, r0, r4\n adds r1, r1, r4\n adds r2, r2, r4\n adds r3, r3, r4\n rsbs r4, r4, #0\n"
      "1: " NN_PAIR_UP("r0", "r1") NN_PAIR_UP("r2", "r3") "adds r4, r4, #1\n bne 1b\n"
      "pop {r4, r5, r6, r7, pc}\n");
}

static __attribute__((naked, noinline, unused)) void nn_pair_up_2_s8(const int8_t *const a[4]
                                                                     __attribute__((unused)),
                                                                     int32_t n __attribute__((unused)),
                                                                     uint32_t *x __attribute__((unused))) {
  __asm__ volatile(
      ".syntax unified\n push {r4, r5, r6, r7, lr}\n movs r5, r2\n movs r4, r1\n ldmia r0, {r0, r1}\n"
      "adds r0, r0, r4\n adds r1, r1, r4\n rsbs r4, r4, #0\n"
      "1: " NN_PAIR_UP("r0", "r1") "adds r4, r4, #1\n bne 1b\n"
      "pop {r4, r5, r6, r7, pc}\n");
}

static __attribute__((naked, noinline, unused)) void nn_paired_4_s8(nn_paired_t *t __attribute__((unused))) {
  __asm__ volatile(NN_PAIRED_RUN_4(NN_PAIRED_CHANNEL_4, NN_PAIRED_OUTPUTS_4));
}

static __attribute__((naked, noinline, unused)) void nn_paired_2_s8(nn_paired_t *t __attribute__((unused))) {
  __asm__ volatile(NN_PAIRED_RUN_2(NN_PAIRED_CHANNEL, NN_PAIRED_OUTPUTS_2));
}
/* clang-format on */

typedef char nn_paired_offsets_are_as_in_the_assembly
    [offsetof(nn_paired_t, x) == 0 && offsetof(nn_paired_t, weights) == 4 &&
             offsetof(nn_paired_t, channels) == 8 && offsetof(nn_paired_t, out) == 12 &&
             offsetof(nn_paired_t, stride) == 16 && offsetof(nn_paired_t, last) == 20 &&
             offsetof(nn_paired_t, channels_left) == 24 && offsetof(nn_paired_t, zero) == 28 &&
             offsetof(nn_paired_t, cuts) == 32 && offsetof(nn_paired_t, sums) == 36 &&
             offsetof(nn_paired_t, end) == 40 && sizeof(nn_paired_channel_t) == 8
         ? 1
         : -1];

#endif
