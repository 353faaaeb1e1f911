/* Slices for cores with the Arm DSP extension, in assembly: the loops of tiles_armv7em.h. A slice takes some
 * 14 instructions more for each pair of channels than one pass over all inputs would.
 */
#ifndef NN_ISA_SLICES_ARMV7EM_H
#define NN_ISA_SLICES_ARMV7EM_H

#include <stddef.h>

#include "isa/tiles_armv7em.h"

/* clang-format off */
/* For each pair of channels: all blocks, the sums to memory. Turns as nn_slice_turns gives them, and in the highest
 * bit whether the slice is the first, whose sums begin with `zeros`. The offsets are nn_slice_t's. */
#define NN_SLICE(sums, zeros, block)                                                                         \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n ldm r0, {r1, r2, r3, r4, r5}\n push {r2, r3, r4, r5}\n"     \
  "1: ldm sp, {r0, r2, r12}\n lsls r2, r2, #1\n bcs 7f\n ldm r12, " sums "\n"                                \
  "4: asrs r2, r2, #2\n bcs 5f\n"                                                                            \
  "3:"                                                                                                       \
  block                                                                                                      \
  "5:"                                                                                                       \
  block                                                                                                      \
  "subs r2, #2\n bhi 3b\n"                                                                                   \
  "ldrd r3, r2, [sp, #8]\n stmia r3!, " sums "\n str r3, [sp, #8]\n cmp r3, r2\n bne 1b\n"                   \
  "add sp, sp, #16\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"                                           \
  "7: movs r4, #0\n movs r5, #0\n movs r6, #0\n movs r7, #0\n" zeros "b 4b\n"

#define NN_SUMS_3 "{r4, r5, r6, r7, r8, r9}"
#define NN_SUMS_2 "{r4, r5, r6, r7}"
#define NN_SLICE_BEGIN(sums) "ldr r12, [sp, #28]\n ldm r12!, " sums "\n str r12, [sp, #28]\n"
/* clang-format on */

static __attribute__((naked, noinline, unused)) void nn_slice_3_s8(const nn_slice_t *t
                                                                   __attribute__((unused))) {
  __asm__ volatile(NN_SLICE(NN_SUMS_3, "mov r8, r4\n mov r9, r4\n", NN_TILE_NEXT_3));
}

static __attribute__((naked, noinline, unused)) void nn_slice_2_s8(const nn_slice_t *t
                                                                   __attribute__((unused))) {
  __asm__ volatile(NN_SLICE(NN_SUMS_2, "", NN_TILE_NEXT_2));
}

#define NN_LAST_SLICE(pixels, outputs)                                                                       \
  NN_TILE_SUMS(NN_SLICE_BEGIN(NN_SUMS_##pixels), "bcs 5f\n", NN_TILE_NEXT_##pixels)                          \
  NN_TILE_##outputs##_##pixels

static __attribute__((naked, noinline, unused)) void nn_last_slice_3_s8(const nn_tiles_t *t
                                                                        __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE(3, ANY));
}

static __attribute__((naked, noinline, unused)) void nn_last_slice_2_s8(const nn_tiles_t *t
                                                                        __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE(2, ANY));
}

static __attribute__((naked, noinline, unused)) void nn_last_slice_3_lines_s8(const nn_tiles_t *t
                                                                              __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE(3, LINES));
}

static __attribute__((naked, noinline, unused)) void nn_last_slice_2_lines_s8(const nn_tiles_t *t
                                                                              __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE(2, LINES));
}

typedef char nn_slice_offsets_are_as_in_the_assembly
    [offsetof(nn_slice_t, v) == 0 && offsetof(nn_slice_t, x) == 4 && offsetof(nn_slice_t, turns) == 8 &&
             offsetof(nn_slice_t, sums) == 12 && offsetof(nn_slice_t, end) == 16
         ? 1
         : -1];

#endif
