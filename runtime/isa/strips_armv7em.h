/* Strips for cores with the Arm DSP extension, in assembly: the loops of tiles_armv7em.h over rows of taps. A
 * pixel's words are those of the one before it, one on, so each is loaded once and moves through r10, r11,
 * r12.
 */
#ifndef NN_ISA_STRIPS_ARMV7EM_H
#define NN_ISA_STRIPS_ARMV7EM_H

#include "isa/tiles_armv7em.h"

/* n int8, a multiple of 4, widened in their order. */
NN_KERNEL void nn_widen_strip_s8(const int8_t *a, int32_t n, int16_t *to) {
  for (int32_t i = 0; i < n; i += 4) {
    uint32_t word;
    __builtin_memcpy(&word, a + i, 4);
    const uint32_t even = nn_widen_even(word), odd = nn_widen_odd(word);
    const uint32_t words[2] = {(even & 0xffffu) | odd << 16, (odd & 0xffff0000u) | even >> 16};
    __builtin_memcpy(to + i, words, sizeof words);
  }
}

/* clang-format off */
/* The first word of a row, `word`, begins the sums or adds to them. */
#define NN_STRIP_4_3(word)                                                                                   \
  "ldmia r1!, {r3, lr}\n ldmia r0!, {r10, r11, r12}\n" word("r3")                                            \
  "ldr r10, [r0], #4\n" NN_TILE_WORD_3("lr", "r11", "r12", "r10")
#define NN_STRIP_8_3(word)                                                                                   \
  NN_STRIP_4_3(word)                                                                                         \
  "ldmia r1!, {r3, lr}\n ldr r11, [r0], #4\n" NN_TILE_WORD_3("r3", "r12", "r10", "r11")                      \
  "ldr r12, [r0], #4\n" NN_TILE_WORD_3("lr", "r10", "r11", "r12")
#define NN_STRIP_4_2(word)                                                                                   \
  "ldmia r1!, {r3, lr}\n ldmia r0!, {r10, r11, r12}\n" word("r3")                                            \
  NN_TILE_WORD_2("lr", "r11", "r12")
#define NN_STRIP_8_2(word)                                                                                   \
  NN_STRIP_4_2(word)                                                                                         \
  "ldmia r1!, {r3, lr}\n ldmia r0!, {r10, r11}\n" NN_TILE_WORD_2("r3", "r12", "r10")                         \
  NN_TILE_WORD_2("lr", "r10", "r11")
#define NN_STRIPS(row, pixels, outputs)                                                                      \
  NN_TILE_SUMS(row(NN_TILE_START_##pixels), NN_TILE_ODD_##outputs(row(NN_TILE_HALF_##pixels)), row(NN_TILE_HALF_##pixels)) \
  NN_TILE_##outputs##_##pixels
/* clang-format on */

static __attribute__((naked, noinline, unused)) void nn_strips_4_3_s8(const nn_tiles_t *t
                                                                      __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_4_3, 3, ANY));
}

static __attribute__((naked, noinline, unused)) void nn_strips_4_3_lines_s8(const nn_tiles_t *t
                                                                            __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_4_3, 3, LINES));
}

static __attribute__((naked, noinline, unused)) void nn_strips_4_2_s8(const nn_tiles_t *t
                                                                      __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_4_2, 2, ANY));
}

static __attribute__((naked, noinline, unused)) void nn_strips_4_2_lines_s8(const nn_tiles_t *t
                                                                            __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_4_2, 2, LINES));
}

static __attribute__((naked, noinline, unused)) void nn_strips_8_3_s8(const nn_tiles_t *t
                                                                      __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_8_3, 3, ANY));
}

static __attribute__((naked, noinline, unused)) void nn_strips_8_3_lines_s8(const nn_tiles_t *t
                                                                            __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_8_3, 3, LINES));
}

static __attribute__((naked, noinline, unused)) void nn_strips_8_2_s8(const nn_tiles_t *t
                                                                      __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_8_2, 2, ANY));
}

static __attribute__((naked, noinline, unused)) void nn_strips_8_2_lines_s8(const nn_tiles_t *t
                                                                            __attribute__((unused))) {
  __asm__ volatile(NN_STRIPS(NN_STRIP_8_2, 2, LINES));
}

#endif
