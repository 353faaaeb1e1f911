/* Dense layers by pairs for cores with the Arm DSP extension, in assembly: 16 products in 16 instructions,
 * and 15 an output. Instruction counts: tests/bench.
 *
 * Registers in the loop: r4-r7 sums (256 * S0 + S1, then S1, of two pairs), r8 and r9 data, r10-r12 and lr
 * weights, r0 and r1 the pointers to them, r2 where the data end, r3 the struct.
 */
#ifndef NN_ISA_DENSE_PAIRS_ARMV7EM_H
#define NN_ISA_DENSE_PAIRS_ARMV7EM_H

#include <stddef.h>

enum { NN_DENSE_BLOCK_BYTES = 64 }; /* of code */

/* clang-format off */
/* Inputs in `data` by two pairs of weights: sums high and low of a pair. */
#define NN_DENSE_HALF(high, low, data, w)                                                                    \
  "smlad " high ", " data ", " w ", " high "\n sxtb16 " w ", " w "\n"                                        \
  "smlad " low ", " data ", " w ", " low "\n"
#define NN_DENSE_BLOCK                                                                                       \
  "ldr r9, [r0], #4\n ldm r1!, {r10, r11, r12, lr}\n sxtb16 r8, r9\n sxtb16 r9, r9, ror #8\n"                \
  NN_DENSE_HALF("r4", "r5", "r8", "r10") NN_DENSE_HALF("r4", "r5", "r9", "r11")                              \
  NN_DENSE_HALF("r6", "r7", "r8", "r12") NN_DENSE_HALF("r6", "r7", "r9", "lr")
/* Rescales, saturates and stores sum r: r8 scales, r9 from one to the next, r10 2 * zero point + 1. */
#define NN_DENSE_OUTPUT(r)                                                                                   \
  "ldrd r11, r12, [r8]\n add r8, r9\n lsl lr, r10, r12\n asr lr, lr, #1\n"                                   \
  "smmla " r ", " r ", r11, lr\n asr " r ", " r ", r12\n ssat " r ", #8, " r "\n strb " r ", [r0], #1\n"

static __attribute__((naked, noinline, unused)) void nn_dense_pairs_s8(nn_dense_pairs_t *t
                                                                       __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n mov r3, r0\n ldr r1, [r3, #12]\n"
      "1: ldm r3, {r0, r8}\n ldr r2, [r3, #8]\n mov r4, #0\n mov r5, #0\n mov r6, #0\n mov r7, #0\n"
      "cmp r0, r2\n beq.w 5f\n add pc, r8\n nop\n" /* over as many blocks as `skip` says */
      "4: " NN_DENSE_BLOCK NN_DENSE_BLOCK NN_DENSE_BLOCK NN_DENSE_BLOCK "cmp r0, r2\n bne.w 4b\n"
      "5: ldr r0, [r3, #16]\n ldm r0!, {r8, r9, r10, r11}\n str r0, [r3, #16]\n"
      "subs r4, r4, r5\n add r4, r8, r4, asr #8\n add r5, r9\n"
      "subs r6, r6, r7\n add r6, r10, r6, asr #8\n add r7, r11\n"
      "ldrd r8, r9, [r3, #20]\n ldrd r10, r0, [r3, #28]\n"
      NN_DENSE_OUTPUT("r4") NN_DENSE_OUTPUT("r5") NN_DENSE_OUTPUT("r6") NN_DENSE_OUTPUT("r7")
      "str r8, [r3, #20]\n str r0, [r3, #32]\n ldr r2, [r3, #36]\n cmp r0, r2\n bne.w 1b\n"
      "pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n");
}
/* clang-format on */

typedef char nn_dense_pairs_offsets_are_as_in_the_assembly
    [offsetof(nn_dense_pairs_t, in_end) == 8 && offsetof(nn_dense_pairs_t, weights) == 12 &&
             offsetof(nn_dense_pairs_t, biases) == 16 && offsetof(nn_dense_pairs_t, scales) == 20 &&
             offsetof(nn_dense_pairs_t, scale_step) == 24 && offsetof(nn_dense_pairs_t, zero) == 28 &&
             offsetof(nn_dense_pairs_t, out) == 32 && offsetof(nn_dense_pairs_t, out_end) == 36 &&
             sizeof(nn_scale_t) == 8
         ? 1
         : -1];

#endif
