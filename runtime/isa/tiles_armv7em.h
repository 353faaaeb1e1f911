/* Tiles for cores with the Arm DSP extension, in assembly: a tile of 3 pixels takes every register there is,
 * and compilers spill. For 4 inputs, 2 output channels and 3 pixels the loop executes 17 instructions for 24
 * products: 3 loads of several words, 2 SXTB16, 12 SMLAD. Instruction counts: tests/bench.
 *
 * Registers in the loop: r4-r9 sums (256 * S0 + S1, then S1, for each pixel), r10-r12 data, r3 and lr
 * weights, r0 and r1 the pointers to them, r2 counts blocks.
 */
#ifndef NN_ISA_TILES_ARMV7EM_H
#define NN_ISA_TILES_ARMV7EM_H

#include <stddef.h>

#include "isa/armv7em.h"

/* Reads up to 4 int8 one by one, for the end of a row of inputs. */
NN_KERNEL uint32_t nn_load_tail_s8(const int8_t *a, int32_t n) {
  uint32_t word = 0;
  for (int32_t i = 0; i < n; ++i) {
    word |= (uint32_t)(uint8_t)a[i] << (8 * i);
  }
  return word;
}

/* Widens n inputs, a multiple of `step` that is not 0, of 3 or 2 pixels; returns where x ends. */
#define NN_WIDEN(step, block)                                                                                \
  __asm__ volatile("1: " block "subs %[n], #" step "\n bne 1b"                                               \
                   : [to] "+r"(to), [n] "+r"(n), [a] "+r"(a), [b] "+r"(b), [c] "+r"(c)                       \
                   :                                                                                         \
                   : "r4", "r5", "r6", "r8", "r9", "r10", "cc", "memory")
#define NN_WIDEN_3                                                                                           \
  "ldr r8, [%[a]], #4\n ldr r9, [%[b]], #4\n ldr r10, [%[c]], #4\n"                                          \
  "sxtb16 r4, r8\n sxtb16 r5, r9\n sxtb16 r6, r10\n stmia %[to]!, {r4, r5, r6}\n"                            \
  "sxtb16 r4, r8, ror #8\n sxtb16 r5, r9, ror #8\n sxtb16 r6, r10, ror #8\n stmia %[to]!, {r4, r5, r6}\n"
#define NN_WIDEN_2                                                                                           \
  "ldr r8, [%[a]], #4\n ldr r9, [%[b]], #4\n sxtb16 r4, r8\n sxtb16 r5, r9\n stmia %[to]!, {r4, r5}\n"       \
  "sxtb16 r4, r8, ror #8\n sxtb16 r5, r9, ror #8\n stmia %[to]!, {r4, r5}\n"

NN_KERNEL uint32_t *nn_widen_3_s8(const int8_t *a, const int8_t *b, const int8_t *c, int32_t n,
                                  uint32_t *to) {
  if (n % 8 == 0) {
    NN_WIDEN("8", NN_WIDEN_3 NN_WIDEN_3);
  } else {
    NN_WIDEN("4", NN_WIDEN_3);
  }
  return to;
}

NN_KERNEL uint32_t *nn_widen_2_s8(const int8_t *a, const int8_t *b, int32_t n, uint32_t *to) {
  const int8_t *c = a;
  NN_WIDEN("4", NN_WIDEN_2);
  return to;
}

/* x for the tile of 3 or 2 pixels at a[0], a[1], …: n inputs each, a multiple of 4 that is not 0. */
NN_KERNEL uint32_t *nn_widen_fours_s8(int32_t pixels, const int8_t *const a[3], int32_t n, int16_t *x) {
  uint32_t *to = (uint32_t *)(void *)x;
  return pixels == 3 ? nn_widen_3_s8(a[0], a[1], a[2], n, to) : nn_widen_2_s8(a[0], a[1], n, to);
}

/* The same of any number of inputs, filled up with zeros to a multiple of 4. */
NN_KERNEL void nn_widen_tile_s8(int32_t pixels, const int8_t *const a[3], int32_t n, int16_t *x) {
  uint32_t *to = (uint32_t *)(void *)x;
  const int32_t k = n & ~3;
  if (k > 0) {
    to = nn_widen_fours_s8(pixels, a, k, x);
  }
  if (k < n) {
    for (int32_t i = 0; i < pixels; ++i) {
      const uint32_t word = nn_load_tail_s8(a[i] + k, n - k);
      to[i] = nn_widen_even(word);
      to[pixels + i] = nn_widen_odd(word);
    }
  }
}

/* Products of half a block: data in x, y (and z), or r10, r11 (and r12), weights in w. NN_TILE_START begins
 * the sums. */
#define NN_TILE_WORD_2(w, x, y)                                                                              \
  "smlad r4, " x ", " w ", r4\n smlad r6, " y ", " w ", r6\n"                                                \
  "sxtb16 " w ", " w "\n"                                                                                    \
  "smlad r5, " x ", " w ", r5\n smlad r7, " y ", " w ", r7\n"
#define NN_TILE_WORD_3(w, x, y, z)                                                                           \
  "smlad r4, " x ", " w ", r4\n smlad r6, " y ", " w ", r6\n smlad r8, " z ", " w ", r8\n"                   \
  "sxtb16 " w ", " w "\n"                                                                                    \
  "smlad r5, " x ", " w ", r5\n smlad r7, " y ", " w ", r7\n smlad r9, " z ", " w ", r9\n"
#define NN_TILE_HALF_2(w) NN_TILE_WORD_2(w, "r10", "r11")
#define NN_TILE_HALF_3(w) NN_TILE_WORD_3(w, "r10", "r11", "r12")
#define NN_TILE_START_2(w)                                                                                   \
  "smuad r4, r10, " w "\n smuad r6, r11, " w "\n sxtb16 " w ", " w "\n smuad r5, r10, " w                    \
  "\n smuad r7, r11, " w "\n"
#define NN_TILE_START_3(w)                                                                                   \
  "smuad r4, r10, " w "\n smuad r6, r11, " w "\n smuad r8, r12, " w "\n sxtb16 " w ", " w "\n"               \
  "smuad r5, r10, " w "\n smuad r7, r11, " w "\n smuad r9, r12, " w "\n"
#define NN_TILE_BLOCK(data, start, half)                                                                     \
  "ldmia r1!, {r3, lr}\n ldmia r0!, " data "\n" start("r3") "ldmia r0!, " data "\n" half("lr")

/* A channel's constants where rounding is as TFLite's: multiplier to r3, right shift to the lowest byte of r2
 * (of which alone register shifts take notice), 2 * bias to r10, round to r11. r0: 2 * zero_point + 1. */
#define NN_TILE_TWICE_CHANNEL "ldmia r12!, {r2, r3}\n asr r10, r2, #7\n lsl r11, r0, r2\n"
/* Requantises sums r that hold acc * 2 already. SMMLAR adds the rounding to the high product. The sign of
 * the product is that of acc exclusive-or the multiplier, which is negative where weights have turned signs;
 * where the product is 0 the result is the same for both signs. */
#define NN_TILE_TWICE_OUTPUT(r)                                                                              \
  "eor lr, " r ", r3\n add lr, r11, lr, asr #31\n smmlar " r ", " r ", r3, lr\n asr " r ", " r ", r2\n"      \
  "ssat " r ", #8, " r ", asr #1\n"
/* Sums of an even channel: 256 * S0 + S1 in a, S1 in b; of an odd one in b. */
#define NN_TILE_TWICE_FIRST(a, b)                                                                            \
  "sub " a ", " a ", " b "\n add " a ", r10, " a ", asr #7\n" NN_TILE_TWICE_OUTPUT(a)
#define NN_TILE_TWICE_SECOND(b) "add " b ", r10, " b ", lsl #1\n" NN_TILE_TWICE_OUTPUT(b)

/* Lines: both channels' constants to r2, r3 and r10, r11. */
#define NN_TILE_LINE_CHANNELS "ldmia r12!, {r2, r3, r10, r11}\n"
#define NN_TILE_LINE_FIRST(a, b)                                                                             \
  "subs " a ", " a ", " b "\n add " a ", r2, " a ", lsl #1\n smmul " a ", " a ", r3\n ssat " a ", #8, " a    \
  ", asr #12\n"
#define NN_TILE_LINE_SECOND(b)                                                                               \
  "add " b ", r10, " b ", lsl #9\n smmul " b ", " b ", r11\n ssat " b ", #8, " b ", asr #12\n"

/* clang-format off */
/* For each pair of channels: the sums over all blocks; `first` comes before those that turns take, two each.
 * Halved, the turns of nn_tiles_t count blocks, and say whether there is an odd one (carry). They end at 0 where
 * outputs are on lines (6), and at -1 where they are rounded twice (7); `odd` takes the odd block, and leaves where
 * there is no turn. Blocks change no flags. On the stack is what follows v in nn_tiles_t: 0 end, 4 out, 8 channels, 12 stride, 16 x,
 * 20 turns, 24 round, 28 sums. */
#define NN_TILE_SUMS(first, odd, block)                                                                      \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n ldm r0, {r1, r2, r3, r4, r5, r6, r7, r8, r9}\n"             \
  "push {r2, r3, r4, r5, r6, r7, r8, r9}\n"                                                                  \
  "1: ldrd r0, r2, [sp, #16]\n"                                                                              \
  first \
  "asrs r2, r2, #1\n"  odd \
  "3:"                                                                                                       \
  block                                                                                                      \
  "5:"                                                                                                       \
  block                                                                                                      \
  "subs r2, #2\n bhi 3b\n"
/* Stores the outputs; then the next pair of channels, or the end. */
#define NN_TILE_STORES(third_stores)                                                                         \
  "8: ldm sp, {r2, r3, r10, lr}\n"                                                                           \
  third_stores("r8") "strb r6, [r3, lr]\n strb r4, [r3], #1\n"                                               \
  third_stores("r9") "strb r7, [r3, lr]\n strb r5, [r3], #1\n"                                               \
  "strd r3, r12, [sp, #4]\n cmp r3, r2\n bne 1b\n"                                                           \
  "add sp, sp, #32\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"
/* clang-format on */

#define NN_TILE_STORE_NONE(r) ""
#define NN_TILE_STORE_2(r) "strb " r ", [r3, lr, lsl #1]\n"

/* clang-format off */
/* The outputs of 3 or 2 pixels, all on lines. */
#define NN_TILE_LINES_3                                                                                      \
  "6: ldr r12, [sp, #8]\n" NN_TILE_LINE_CHANNELS                                                             \
  NN_TILE_LINE_FIRST("r4", "r5") NN_TILE_LINE_FIRST("r6", "r7") NN_TILE_LINE_FIRST("r8", "r9")               \
  NN_TILE_LINE_SECOND("r5") NN_TILE_LINE_SECOND("r7") NN_TILE_LINE_SECOND("r9")                              \
  NN_TILE_STORES(NN_TILE_STORE_2)
#define NN_TILE_LINES_2                                                                                      \
  "6: ldr r12, [sp, #8]\n" NN_TILE_LINE_CHANNELS                                                             \
  NN_TILE_LINE_FIRST("r4", "r5") NN_TILE_LINE_FIRST("r6", "r7")                                              \
  NN_TILE_LINE_SECOND("r5") NN_TILE_LINE_SECOND("r7") NN_TILE_STORES(NN_TILE_STORE_NONE)
/* The same, and others rounded twice. */
#define NN_TILE_ANY_3                                                                                        \
  "bne 7f\n" NN_TILE_LINES_3                                                                                 \
  "7: ldr r12, [sp, #8]\n ldr r0, [sp, #24]\n" NN_TILE_TWICE_CHANNEL                                         \
  NN_TILE_TWICE_FIRST("r4", "r5") NN_TILE_TWICE_FIRST("r6", "r7") NN_TILE_TWICE_FIRST("r8", "r9")            \
  NN_TILE_TWICE_CHANNEL NN_TILE_TWICE_SECOND("r5") NN_TILE_TWICE_SECOND("r7") NN_TILE_TWICE_SECOND("r9")     \
  "b 8b\n"
#define NN_TILE_ANY_2                                                                                        \
  "bne 7f\n" NN_TILE_LINES_2                                                                                 \
  "7: ldr r12, [sp, #8]\n ldr r0, [sp, #24]\n" NN_TILE_TWICE_CHANNEL                                         \
  NN_TILE_TWICE_FIRST("r4", "r5") NN_TILE_TWICE_FIRST("r6", "r7")                                            \
  NN_TILE_TWICE_CHANNEL NN_TILE_TWICE_SECOND("r5") NN_TILE_TWICE_SECOND("r7") "b 8b\n"
#define NN_TILE_ODD_LINES(block) "bcc 2f\n" block "2: beq 6f\n"
#define NN_TILE_ODD_ANY(block) "bcc 2f\n" block "2: beq 6f\n bmi 7f\n"
#define NN_TILE_FIRST_3 NN_TILE_BLOCK("{r10, r11, r12}", NN_TILE_START_3, NN_TILE_HALF_3)
#define NN_TILE_NEXT_3 NN_TILE_BLOCK("{r10, r11, r12}", NN_TILE_HALF_3, NN_TILE_HALF_3)
#define NN_TILE_FIRST_2 NN_TILE_BLOCK("{r10, r11}", NN_TILE_START_2, NN_TILE_HALF_2)
#define NN_TILE_NEXT_2 NN_TILE_BLOCK("{r10, r11}", NN_TILE_HALF_2, NN_TILE_HALF_2)
/* clang-format on */

static __attribute__((naked, noinline, unused)) void nn_tiles_3_s8(const nn_tiles_t *t
                                                                   __attribute__((unused))) {
  __asm__ volatile(NN_TILE_SUMS(NN_TILE_FIRST_3, NN_TILE_ODD_ANY(NN_TILE_NEXT_3), NN_TILE_NEXT_3)
                       NN_TILE_ANY_3);
}

static __attribute__((naked, noinline, unused)) void nn_tiles_2_s8(const nn_tiles_t *t
                                                                   __attribute__((unused))) {
  __asm__ volatile(NN_TILE_SUMS(NN_TILE_FIRST_2, NN_TILE_ODD_ANY(NN_TILE_NEXT_2), NN_TILE_NEXT_2)
                       NN_TILE_ANY_2);
}

static __attribute__((naked, noinline, unused)) void nn_tiles_3_lines_s8(const nn_tiles_t *t
                                                                         __attribute__((unused))) {
  __asm__ volatile(NN_TILE_SUMS(NN_TILE_FIRST_3, NN_TILE_ODD_LINES(NN_TILE_NEXT_3), NN_TILE_NEXT_3)
                       NN_TILE_LINES_3);
}

static __attribute__((naked, noinline, unused)) void nn_tiles_2_lines_s8(const nn_tiles_t *t
                                                                         __attribute__((unused))) {
  __asm__ volatile(NN_TILE_SUMS(NN_TILE_FIRST_2, NN_TILE_ODD_LINES(NN_TILE_NEXT_2), NN_TILE_NEXT_2)
                       NN_TILE_LINES_2);
}

typedef char nn_tiles_offsets_are_as_in_the_assembly
    [offsetof(nn_tiles_t, v) == 0 && offsetof(nn_tiles_t, end) == 4 && offsetof(nn_tiles_t, out) == 8 &&
             offsetof(nn_tiles_t, channels) == 12 && offsetof(nn_tiles_t, stride) == 16 &&
             offsetof(nn_tiles_t, x) == 20 && offsetof(nn_tiles_t, turns) == 24 &&
             offsetof(nn_tiles_t, round) == 28 && offsetof(nn_tiles_t, sums) == 32 && NN_LINE_FRACTION == 9 &&
             NN_LINE_SHIFT == 12
         ? 1
         : -1];

#endif
