/* Products with packed weights of four bits, for cores with the Arm DSP extension. A shift and a mask, which
 * are one instruction, leave two weights in the upper bits of a register's halves, as 4096 times their value,
 * where SMLAD multiplies them: less than SXTB16 takes for int8, and half of the loads. 32 products in 42
 * instructions. */
#ifndef NN_ISA_INT4_ARMV7EM_H
#define NN_ISA_INT4_ARMV7EM_H

#include <stddef.h>

/* clang-format off */
/* A pair of data (r0) by one of each channel's four pairs of weights (r8-r11): sums r4-r7, mask r12. */
#define NN_INT4_PAIRS(shift)                                                                                 \
  "and r2, r12, r8, lsl " shift "\n smlad r4, r0, r2, r4\n and r2, r12, r9, lsl " shift "\n"                 \
  "smlad r5, r0, r2, r5\n and r2, r12, r10, lsl " shift "\n smlad r6, r0, r2, r6\n"                          \
  "and r2, r12, r11, lsl " shift "\n smlad r7, r0, r2, r7\n"

static __attribute__((naked, noinline, unused)) void nn_dot_words_s4(nn_dot_words_s4_t *t
                                                                     __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n ldm r0, {r1, r2, r3, r4, r5, r6, r7}\n"
      "push {r0, r2}\n mov r12, #0xF000F000\n"
      "cmp r1, r2\n beq 2f\n"
      "1: ldm r3!, {r8, r9, r10, r11}\n ldr lr, [r1], #4\n"
      "sxtb16 r0, lr\n" NN_INT4_PAIRS("#12") "sxtb16 r0, lr, ror #8\n" NN_INT4_PAIRS("#8")
      "ldr lr, [r1], #4\n"
      "sxtb16 r0, lr\n" NN_INT4_PAIRS("#4") "sxtb16 r0, lr, ror #8\n" NN_INT4_PAIRS("#0")
      "ldr r2, [sp, #4]\n cmp r1, r2\n bne 1b\n"
      "2: pop {r0, r2}\n stm r0, {r1, r2, r3, r4, r5, r6, r7}\n"
      "pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n");
}
/* clang-format on */

typedef char nn_dot_words_offsets_are_as_in_the_assembly[offsetof(nn_dot_words_s4_t, in_end) == 4 &&
                                                                 offsetof(nn_dot_words_s4_t, weights) == 8 &&
                                                                 offsetof(nn_dot_words_s4_t, sums) == 12
                                                             ? 1
                                                             : -1];

/* 4096 times nibbles 0 and 2, 1 and 3 of a word's lower half. */
NN_KERNEL void nn_load_pairs_s4(uint32_t w, nn_pair_t *even, nn_pair_t *odd) {
  const uint32_t both = w | w << 8; /* nibble 2 stands 16 bits above nibble 0, 3 above 1 */
  *even = both << 12 & 0xF000F000u;
  *odd = both << 8 & 0xF000F000u;
}

#endif
