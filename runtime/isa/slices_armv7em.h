/* Slices for cores with the Arm DSP extension, in assembly: the loops of tiles_armv7em.h. A slice takes some
 * 14 instructions more for each pair of channels than one pass over all inputs would.
 */
#ifndef NN_ISA_SLICES_ARMV7EM_H
#define NN_ISA_SLICES_ARMV7EM_H

#include <stddef.h>

#include "isa/tiles_armv7em.h"

/* clang-format off */
/* For each pair of channels: all blocks, the sums to memory; `begin` comes before the first block. The offsets are nn_slice_t's. */
#define NN_SLICE(sums, begin, first, block)                                                                  \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n ldm r0, {r1, r2, r3, r4, r5}\n push {r2, r3, r4, r5}\n"    \
  "1: ldm sp, {r0, r2, r12}\n" begin                                                                        \
  first                                                                                                      \
  "lsls r2, r2, #1\n bcc.w 2f\n"                                                                             \
  block                                                                                                      \
  "2: beq.w 4f\n"                                                                                            \
  "3:"                                                                                                       \
  block                                                                                                      \
  block                                                                                                      \
  "subs r2, #2\n bne.w 3b\n"                                                                                 \
  "4: ldrd r3, r2, [sp, #8]\n stmia r3!, " sums "\n str r3, [sp, #8]\n cmp r3, r2\n bne.w 1b\n"              \
  "add sp, sp, #16\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"

#define NN_SUMS_3 "{r4, r5, r6, r7, r8, r9}"
#define NN_SUMS_2 "{r4, r5, r6, r7}"
#define NN_SLICE_BEGIN(sums) "ldr r12, [sp, #28]\n ldm r12!, " sums "\n str r12, [sp, #28]\n"
/* clang-format on */

static __attribute__((naked, noinline, unused)) void nn_first_slice_3_s8(const nn_slice_t *t
                                                                         __attribute__((unused))) {
  __asm__ volatile(NN_SLICE(NN_SUMS_3, "", NN_TILE_FIRST_3, NN_TILE_NEXT_3));
}

static __attribute__((naked, noinline, unused)) void nn_first_slice_2_s8(const nn_slice_t *t
                                                                         __attribute__((unused))) {
  __asm__ volatile(NN_SLICE(NN_SUMS_2, "", NN_TILE_FIRST_2, NN_TILE_NEXT_2));
}

static __attribute__((naked, noinline, unused)) void nn_slice_3_s8(const nn_slice_t *t
                                                                   __attribute__((unused))) {
  __asm__ volatile(NN_SLICE(NN_SUMS_3, "ldm r12, " NN_SUMS_3 "\n", NN_TILE_NEXT_3, NN_TILE_NEXT_3));
}

static __attribute__((naked, noinline, unused)) void nn_slice_2_s8(const nn_slice_t *t
                                                                   __attribute__((unused))) {
  __asm__ volatile(NN_SLICE(NN_SUMS_2, "ldm r12, " NN_SUMS_2 "\n", NN_TILE_NEXT_2, NN_TILE_NEXT_2));
}

#define NN_LAST_SLICE_3(outputs)                                                                             \
  NN_TILES(NN_SLICE_BEGIN(NN_SUMS_3), NN_TILE_NEXT_3, NN_TILE_NEXT_3, outputs, NN_TILE_STORE_2)
#define NN_LAST_SLICE_2(outputs)                                                                             \
  NN_TILES(NN_SLICE_BEGIN(NN_SUMS_2), NN_TILE_NEXT_2, NN_TILE_NEXT_2, outputs, NN_TILE_STORE_NONE)

static __attribute__((naked, noinline, unused)) void nn_last_slice_3_s8(const nn_tiles_t *t
                                                                        __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE_3(NN_TILE_TWICE_3));
}

static __attribute__((naked, noinline, unused)) void nn_last_slice_2_s8(const nn_tiles_t *t
                                                                        __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE_2(NN_TILE_TWICE_2));
}

static __attribute__((naked, noinline, unused)) void nn_last_slice_3_lines_s8(const nn_tiles_t *t
                                                                              __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE_3(NN_TILE_LINES_3));
}

static __attribute__((naked, noinline, unused)) void nn_last_slice_2_lines_s8(const nn_tiles_t *t
                                                                              __attribute__((unused))) {
  __asm__ volatile(NN_LAST_SLICE_2(NN_TILE_LINES_2));
}

typedef char nn_slice_offsets_are_as_in_the_assembly
    [offsetof(nn_slice_t, v) == 0 && offsetof(nn_slice_t, x) == 4 && offsetof(nn_slice_t, turns) == 8 &&
             offsetof(nn_slice_t, sums) == 12 && offsetof(nn_slice_t, end) == 16
         ? 1
         : -1];

#endif
