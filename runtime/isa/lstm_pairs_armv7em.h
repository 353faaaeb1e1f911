/* A step of an int8 LSTM for cores with the Arm DSP extension, in assembly, two cells a pass: 32 products in
 * 31 instructions, 17 for the scales of a gate and 57 for its curve. Instruction counts: tests/bench.
 *
 * Registers in the products' loop: r4-r11 sums (256 * S0 + S1, then S1, of four pairs), r2 and r3 data, r12
 * and lr weights, r0 and r1 the pointers to them. On the stack: where the data end, the sums at work, the
 * struct, and eight sums or gates.
 */
#ifndef NN_ISA_LSTM_PAIRS_ARMV7EM_H
#define NN_ISA_LSTM_PAIRS_ARMV7EM_H

#include <stddef.h>

#include "isa/sigmoid_armv7em.h"

enum { NN_LSTM_BLOCK_BYTES = 124 }; /* of code */

/* clang-format off */
/* Four inputs by a pair of gates. */
#define NN_LSTM_PAIR(high, low)                                                                              \
  "ldrd r12, lr, [r1], #8\n"                                                                                 \
  "smlad " high ", r2, r12, " high "\n sxtb16 r12, r12\n smlad " low ", r2, r12, " low "\n"                  \
  "smlad " high ", r3, lr, " high "\n sxtb16 lr, lr\n smlad " low ", r3, lr, " low "\n"
#define NN_LSTM_BLOCK                                                                                        \
  "ldr r3, [r0], #4\n sxtb16 r2, r3\n sxtb16 r3, r3, ror #8\n"                                               \
  NN_LSTM_PAIR("r4", "r5") NN_LSTM_PAIR("r6", "r7") NN_LSTM_PAIR("r8", "r9") NN_LSTM_PAIR("r10", "r11")
/* One input by two pairs of gates, whose weights share r w. */
#define NN_LSTM_ONE(w, high0, low0, high1, low1)                                                             \
  "smlabb " high0 ", r2, " w ", " high0 "\n smlabt " high1 ", r2, " w ", " high1 "\n"                        \
  "sxtb16 " w ", " w "\n"                                                                                    \
  "smlabb " low0 ", r2, " w ", " low0 "\n smlabt " low1 ", r2, " w ", " low1 "\n"
/* The sums over inputs, then, with those on the stack, those over the step before. */
#define NN_LSTM_SUMS                                                                                         \
  "2: str r3, [sp, #4]\n ldm r3, {r0, r1, r2, r12, lr}\n str r2, [sp]\n"                                     \
  "ldm r12, {r4, r5, r6, r7, r8, r9, r10, r11}\n cmp r0, r2\n ldr r2, [r3, #28]\n add r12, r2\n"                 \
  "str r12, [r3, #12]\n beq.w 4f\n add pc, lr\n nop\n" /* over as many blocks as `skip` says */                      \
  "3: " NN_LSTM_BLOCK NN_LSTM_BLOCK NN_LSTM_BLOCK NN_LSTM_BLOCK "ldr r12, [sp]\n cmp r0, r12\n bne.w 3b\n"   \
  "4: ldr r3, [sp, #4]\n ldr r12, [r3, #20]\n cmp r0, r12\n beq 6f\n str r12, [sp]\n"                        \
  "5: ldrsb r2, [r0], #1\n ldrd r12, lr, [r1], #8\n"                                                         \
  NN_LSTM_ONE("r12", "r4", "r5", "r6", "r7") NN_LSTM_ONE("lr", "r8", "r9", "r10", "r11")                     \
  "ldr r12, [sp]\n cmp r0, r12\n bne 5b\n ldr r3, [sp, #4]\n"                                                \
  "6: str r1, [r3, #4]\n ldr r2, [r3, #24]\n cbz r2, 7f\n"                                                   \
  "subs r4, r4, r5\n subs r6, r6, r7\n sub r8, r8, r9\n sub r10, r10, r11\n add r12, sp, #12\n"              \
  "stm r12, {r4, r5, r6, r7, r8, r9, r10, r11}\n adds r3, #32\n b 2b\n"
/* Scales sum r, which holds twice of itself once `doubled`: r0 scales. The sign goes into the half that rounds,
 * but where nothing is shifted: there the half is 0 and saturates. */
#define NN_LSTM_SCALED(r, doubled)                                                                           \
  "ldm r0!, {r1, r2, r12, lr}\n " doubled "\n add r1, r12, " r ", asr #31\n usat r1, #31, r1\n"              \
  "smmlar " r ", " r ", r2, r1\n asr " r ", " r ", lr\n"
/* The gate of the sum at sp + at and of r h. */
#define NN_LSTM_GATE(at, x_doubled, h, h_doubled)                                                            \
  "ldr r3, [sp, #" at "]\n" NN_LSTM_SCALED("r3", x_doubled) "ssat r3, #16, r3\n"                             \
  NN_LSTM_SCALED(h, h_doubled) "add " h ", r3\n ssat " h ", #16, " h "\n"
#define NN_LSTM_FIRST(at, high, low)                                                                         \
  NN_LSTM_GATE(at, "asr r3, r3, r1", high, "sub " high ", " high ", " low "\n asr " high ", " high ", r1")
#define NN_LSTM_SECOND(at, low)                                                                              \
  NN_LSTM_GATE(at, "lsl r3, r3, r1", low, "lsl " low ", " low ", r1")
#define NN_LSTM_GATES                                                                                        \
  NN_LSTM_FIRST("12", "r4", "r5") NN_LSTM_SECOND("16", "r5")                                                 \
  NN_LSTM_FIRST("20", "r6", "r7") NN_LSTM_SECOND("24", "r7") "sub r0, #128\n"                                \
  NN_LSTM_FIRST("28", "r8", "r9") NN_LSTM_SECOND("32", "r9")                                                 \
  NN_LSTM_FIRST("36", "r10", "r11") NN_LSTM_SECOND("40", "r11")
/* Curves of r0: a sign s (r10) of an int16 is what ASR by 31 leaves, and carries out; |a| - 1 is (a ^ s) - !s.
 * Of a = 0 that is negative. */
#define NN_LSTM_LOGISTIC                                                                                     \
  "asrs r10, r0, #31\n eor r0, r0, r10\n sbcs r0, r0, #0\n bl 20f\n"                                         \
  "ssat r0, #16, r0, asr #15\n eor r0, r0, r10, lsr #17\n"
#define NN_LSTM_TANH(size)                                                                                   \
  "asrs r10, r0, #31\n eor r0, r0, r10\n" size "\n bl 20f\n"                                                 \
  "sub r0, r0, #0x20000000\n ssat r0, #16, r0, asr #14\n eor r0, r0, r10\n sub r0, r0, r10\n"
/* The new cell state, in r0 too; gates at r11, where the output's becomes its curve. */
#define NN_LSTM_STATE                                                                                        \
  "ldr r0, [r11, #4]\n" NN_LSTM_LOGISTIC "ldr r12, [sp, #8]\n ldr r1, [r12, #68]\n ldrsh r1, [r1]\n"         \
  "muls r0, r1\n add r0, r0, r0, asr #31\n add r0, #16384\n asrs r0, r0, #15\n str r0, [r11, #4]\n"          \
  "ldr r0, [r11]\n" NN_LSTM_LOGISTIC "str r0, [r11]\n"                                                       \
  "ldr r0, [r11, #12]\n" NN_LSTM_LOGISTIC "str r0, [r11, #12]\n"                                             \
  "ldr r0, [r11, #8]\n" NN_LSTM_TANH("adc r0, r0, r0\n sbcs r0, r0, #0")                                     \
  "ldr r12, [sp, #8]\n ldr r1, [r11]\n ldr r5, [r11, #4]\n muls r0, r1\n add r0, r0, r0, asr #31\n"          \
  "add r2, r12, #84\n ldm r2, {r1, r2, r3, r4}\n add r0, r1\n asrs r0, r2\n add r0, r5\n"                    \
  "cmp r0, r3\n it lt\n movlt r0, r3\n cmp r0, r4\n it gt\n movgt r0, r4\n"                                  \
  "ldr r1, [r12, #68]\n strh r0, [r1], #2\n str r1, [r12, #68]\n ldr r1, [r12, #80]\n"
/* The output; r1 where the next one goes, r2 where the outputs end. */
#define NN_LSTM_OUTPUT                                                                                       \
  NN_LSTM_TANH("adc r0, r0, #0\n lsls r0, r1\n usat r0, #16, r0\n subs r0, #1")                              \
  "ldr r12, [sp, #8]\n ldr r1, [r11, #12]\n muls r0, r1\n add r2, r12, #100\n ldm r2, {r1, r2, r3, r4}\n"     \
  "add r2, r2, r0, asr #31\n lsls r0, r0, #1\n smmlar r0, r0, r1, r2\n asrs r0, r3\n add r0, r4\n"           \
  "ssat r0, #8, r0\n ldrd r1, r2, [r12, #72]\n strb r0, [r1], #1\n str r1, [r12, #72]\n"

static __attribute__((naked, noinline, unused)) void nn_lstm_step_pairs_s8(nn_lstm_step_t *t
                                                                           __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n sub sp, #44\n str r0, [sp, #8]\n"
      "1: ldr r3, [sp, #8]\n" NN_LSTM_SUMS
      "7: ldr r0, [sp, #8]\n ldr r0, [r0, #64]\n" NN_LSTM_GATES
      "add r0, sp, #12\n stm r0, {r4, r5, r6, r7, r8, r9, r10, r11}\n mov r11, r0\n"
      "8: " NN_LSTM_STATE NN_LSTM_OUTPUT
      "cmp r1, r2\n beq 9f\n add r11, #16\n add r0, sp, #44\n cmp r11, r0\n bne.w 8b\n b.w 1b\n"
      "9: add sp, #44\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"
      "20: bmi 21f\n" NN_SIGMOID "bx lr\n"
      "21: mov r0, #0x20000000\n bx lr\n" /* 2 / (1 + 1) */
      NN_SIGMOID_TABLE);
}
/* clang-format on */

typedef char nn_lstm_step_offsets_are_as_in_the_assembly
    [offsetof(nn_lstm_sums_t, weights) == 4 && offsetof(nn_lstm_sums_t, starts) == 12 &&
             offsetof(nn_lstm_sums_t, end) == 20 && offsetof(nn_lstm_sums_t, more) == 24 &&
             offsetof(nn_lstm_sums_t, step) == 28 && sizeof(nn_lstm_sums_t) == 32 &&
             offsetof(nn_lstm_step_t, scales) == 64 && offsetof(nn_lstm_step_t, cell) == 68 &&
             offsetof(nn_lstm_step_t, out) == 72 && offsetof(nn_lstm_step_t, end) == 76 &&
             offsetof(nn_lstm_step_t, left) == 80 && offsetof(nn_lstm_step_t, half) == 84 &&
             offsetof(nn_lstm_step_t, hidden) == 100
         ? 1
         : -1];

#endif
