/* The gates of a cell of an int8 LSTM for cores with the Arm DSP extension, in assembly: 16 products in 16
 * instructions, and 16 a gate. Instruction counts: tests/bench.
 *
 * Registers in the products' loop: r4-r7 sums (256 * S0 + S1, then S1, of two pairs), r8 and r9 data, r10-r12
 * and lr weights, r0 and r1 the pointers to them, r2 where the data end, r3 the struct.
 */
#ifndef NN_ISA_LSTM_PAIRS_ARMV7EM_H
#define NN_ISA_LSTM_PAIRS_ARMV7EM_H

#include <stddef.h>

/* clang-format off */
/* Inputs in `data` by two pairs of weights: sums high and low of a pair. */
#define NN_LSTM_HALF(high, low, data, w)                                                                     \
  "smlad " high ", " data ", " w ", " high "\n sxtb16 " w ", " w "\n"                                        \
  "smlad " low ", " data ", " w ", " low "\n"
#define NN_LSTM_BLOCK                                                                                        \
  "ldr r9, [r0], #4\n ldm r1!, {r10, r11, r12, lr}\n sxtb16 r8, r9\n sxtb16 r9, r9, ror #8\n"                \
  NN_LSTM_HALF("r4", "r5", "r8", "r10") NN_LSTM_HALF("r4", "r5", "r9", "r11")                                \
  NN_LSTM_HALF("r6", "r7", "r8", "r12") NN_LSTM_HALF("r6", "r7", "r9", "lr")
/* Scales sum r, which holds twice of itself once `doubled`: r0 scales. The sign goes into the half that rounds,
 * but where nothing is shifted: there the half is 0 and saturates. */
#define NN_LSTM_SCALED(r, doubled)                                                                           \
  "ldm r0!, {r1, r2, r12, lr}\n " doubled "\n add r1, r12, " r ", asr #31\n usat r1, #31, r1\n"              \
  "smmlar " r ", " r ", r2, r1\n asr " r ", " r ", lr\n"
/* The gate of sums x and h in r x. */
#define NN_LSTM_GATE(x, x_doubled, h, h_doubled)                                                             \
  NN_LSTM_SCALED(x, x_doubled) "ssat " x ", #16, " x "\n"                                                    \
  NN_LSTM_SCALED(h, h_doubled) "add " x ", " h "\n ssat " x ", #16, " x "\n"

static __attribute__((naked, noinline, unused)) void nn_lstm_gates_pairs_s8(nn_lstm_gates_t *t
                                                                            __attribute__((unused)),
                                                                            int32_t gates[4]
                                                                            __attribute__((unused))) {
  __asm__ volatile(
      "push {r1, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n mov r3, r0\n"
      "1: ldm r3, {r0, r1, r2, r8, r9}\n ldm r8!, {r4, r5, r6, r7}\n str r8, [r3, #12]\n"
      "cmp r0, r2\n beq.w 3f\n add pc, r9\n nop\n" /* over as many blocks as `skip` says */
      "2: " NN_LSTM_BLOCK NN_LSTM_BLOCK NN_LSTM_BLOCK NN_LSTM_BLOCK "cmp r0, r2\n bne.w 2b\n"
      "3: ldr r2, [r3, #20]\n cmp r0, r2\n beq 5f\n"
      "4: ldrsb r8, [r0], #1\n ldr r9, [r1], #4\n cmp r0, r2\n"
      "smlabb r4, r8, r9, r4\n smlabt r6, r8, r9, r6\n sxtb16 r9, r9\n"
      "smlabb r5, r8, r9, r5\n smlabt r7, r8, r9, r7\n bne 4b\n"
      "5: str r1, [r3, #4]\n ldr r2, [r3, #24]\n adds r3, #28\n cbz r2, 6f\n"
      "push {r4, r5, r6, r7}\n b 1b\n"
      "6: ldr r0, [r3]\n pop {r8, r9, r10, r11}\n"
      NN_LSTM_GATE("r8", "sub r8, r8, r9\n asr r8, r8, r1", "r4", "subs r4, r4, r5\n asr r4, r4, r1")
      NN_LSTM_GATE("r9", "lsl r9, r9, r1", "r5", "lsl r5, r5, r1")
      NN_LSTM_GATE("r10", "sub r10, r10, r11\n asr r10, r10, r1", "r6", "subs r6, r6, r7\n asr r6, r6, r1")
      NN_LSTM_GATE("r11", "lsl r11, r11, r1", "r7", "lsl r7, r7, r1")
      "pop {r1}\n stm r1, {r8, r9, r10, r11}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n");
}
/* clang-format on */

enum { NN_LSTM_BLOCK_BYTES = 64 }; /* of code, which `skip` counts */

typedef char nn_lstm_gates_offsets_are_as_in_the_assembly
    [offsetof(nn_lstm_sums_t, weights) == 4 && offsetof(nn_lstm_sums_t, fours) == 8 &&
             offsetof(nn_lstm_sums_t, starts) == 12 && offsetof(nn_lstm_sums_t, skip) == 16 &&
             offsetof(nn_lstm_sums_t, end) == 20 && offsetof(nn_lstm_sums_t, more) == 24 &&
             sizeof(nn_lstm_sums_t) == 28 && offsetof(nn_lstm_gates_t, scales) == 56
         ? 1
         : -1];

#endif
