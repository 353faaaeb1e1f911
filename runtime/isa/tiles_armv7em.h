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

/* x for the tile of 3 or 2 pixels at a[0], a[1], …: n inputs each, filled up with zeros to a multiple of 4.
 */
NN_KERNEL void nn_widen_tile_s8(int32_t pixels, const int8_t *const a[3], int32_t n, int16_t *x) {
  uint32_t *to = (uint32_t *)(void *)x;
  int32_t k = 0;
  for (; k + 4 <= n; k += 4) {
    const uint32_t w0 = nn_load_s8x4(a[0] + k), w1 = nn_load_s8x4(a[1] + k);
    const uint32_t w2 = pixels == 3 ? nn_load_s8x4(a[2] + k) : 0;
    *to++ = nn_widen_even(w0);
    *to++ = nn_widen_even(w1);
    if (pixels == 3) {
      *to++ = nn_widen_even(w2);
    }
    *to++ = nn_widen_odd(w0);
    *to++ = nn_widen_odd(w1);
    if (pixels == 3) {
      *to++ = nn_widen_odd(w2);
    }
  }
  if (k < n) {
    for (int32_t i = 0; i < pixels; ++i) {
      const uint32_t word = nn_load_tail_s8(a[i] + k, n - k);
      to[i] = nn_widen_even(word);
      to[pixels + i] = nn_widen_odd(word);
    }
  }
}

/* Products of half a block: data in r10, r11 (and r12), weights in w. NN_START begins the sums. */
#define NN_TILE_HALF_2(w)                                                                                    \
  "smlad r4, r10, " w ", r4\n smlad r6, r11, " w ", r6\n"                                                    \
  "sxtb16 " w ", " w "\n"                                                                                    \
  "smlad r5, r10, " w ", r5\n smlad r7, r11, " w ", r7\n"
#define NN_TILE_HALF_3(w)                                                                                    \
  "smlad r4, r10, " w ", r4\n smlad r6, r11, " w ", r6\n smlad r8, r12, " w ", r8\n"                         \
  "sxtb16 " w ", " w "\n"                                                                                    \
  "smlad r5, r10, " w ", r5\n smlad r7, r11, " w ", r7\n smlad r9, r12, " w ", r9\n"
#define NN_TILE_START_2(w)                                                                                   \
  "smuad r4, r10, " w "\n smuad r6, r11, " w "\n sxtb16 " w ", " w "\n smuad r5, r10, " w                    \
  "\n smuad r7, r11, " w "\n"
#define NN_TILE_START_3(w)                                                                                   \
  "smuad r4, r10, " w "\n smuad r6, r11, " w "\n smuad r8, r12, " w "\n sxtb16 " w ", " w "\n"               \
  "smuad r5, r10, " w "\n smuad r7, r11, " w "\n smuad r9, r12, " w "\n"
#define NN_TILE_BLOCK(data, start, half)                                                                     \
  "ldmia r1!, {r3, lr}\n ldmia r0!, " data "\n" start("r3") "ldmia r0!, " data "\n" half("lr")

/* A channel's constants: 2 * bias to r2, multiplier to r3, right to r10, zero << right to r11. */
#define NN_TILE_CHANNEL                                                                                      \
  "ldmia r12!, {r2, r3}\n ldr r11, [r0, #28]\n and r10, r2, #31\n asrs r2, r2, #5\n lsl r11, r11, r10\n"
/* Requantises sums r that hold acc * 2 already. SMMLAR adds the rounding to the high product. The sign of
 * the product is that of acc exclusive-or the multiplier, which is negative where weights have turned signs;
 * where the product is 0 the result is the same for both signs. */
#define NN_TILE_REQUANTISE(r)                                                                                \
  "eor lr, " r ", r3\n add lr, r11, lr, asr #31\n smmlar " r ", " r ", r3, lr\n asr " r ", " r ", r10\n"     \
  "ssat " r ", #8, " r ", asr #1\n"
/* The same for zero point -128: what is below it is clamped to it, so ties below need no care. */
#define NN_TILE_REQUANTISE_FROM_LOWEST(r)                                                                    \
  "smmlar " r ", " r ", r3, r11\n asr " r ", " r ", r10\n ssat " r ", #8, " r ", asr #1\n"

/* clang-format off */
/* For each pair of channels: the sums over all blocks, two a turn, then the outputs. The offsets are
 * nn_tiles_t's. */
#define NN_TILES(data, start, half, requantise, first8, second8, store8)                                     \
  "push {r0, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n"                                                        \
  "ldr r1, [r0, #4]\n"                                                                                       \
  "1: ldr r2, [r0, #16]\n ldr r0, [r0, #0]\n"                                                                \
  NN_TILE_BLOCK(data, start, half)                                                                           \
  "subs r2, #1\n beq.w 4f\n"                                                                                 \
  "lsrs r2, r2, #1\n bcc.w 2f\n"                                                                             \
  NN_TILE_BLOCK(data, half, half)                                                                            \
  "2: cmp r2, #0\n beq.w 4f\n"                                                                               \
  "3:"                                                                                                       \
  NN_TILE_BLOCK(data, half, half)                                                                            \
  NN_TILE_BLOCK(data, half, half)                                                                            \
  "subs r2, #1\n bne.w 3b\n"                                                                                 \
  "4: ldr r0, [sp]\n ldr r12, [r0, #8]\n"                                                                    \
  NN_TILE_CHANNEL                                                                                            \
  "subs r4, r4, r5\n subs r6, r6, r7\n add r4, r2, r4, asr #7\n add r6, r2, r6, asr #7\n"                    \
  first8 requantise("r4") requantise("r6")                                                                   \
  NN_TILE_CHANNEL                                                                                            \
  "str r12, [r0, #8]\n add r5, r2, r5, lsl #1\n add r7, r2, r7, lsl #1\n"                                    \
  second8 requantise("r5") requantise("r7")                                                                  \
  "ldr r12, [r0, #12]\n ldr lr, [r0, #20]\n"                                                                 \
  "strb r4, [r12]\n strb r6, [r12, lr]\n" store8("r8")                                                       \
  "add r12, r12, #1\n strb r5, [r12]\n strb r7, [r12, lr]\n" store8("r9")                                    \
  "add r12, r12, #1\n str r12, [r0, #12]\n"                                                                  \
  "ldr r2, [r0, #24]\n subs r2, #1\n str r2, [r0, #24]\n bne.w 1b\n"                                         \
  "pop {r0, r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"
/* clang-format on */

#define NN_TILE_STORE_NONE(r) ""
#define NN_TILE_STORE_2(r) "strb " r ", [r12, lr, lsl #1]\n"

static __attribute__((naked, noinline, unused)) void nn_tiles_3_s8(nn_tiles_t *t __attribute__((unused))) {
  __asm__ volatile(NN_TILES("{r10, r11, r12}", NN_TILE_START_3, NN_TILE_HALF_3, NN_TILE_REQUANTISE,
                            "sub r8, r8, r9\n add r8, r2, r8, asr #7\n" NN_TILE_REQUANTISE("r8"),
                            "add r9, r2, r9, lsl #1\n" NN_TILE_REQUANTISE("r9"), NN_TILE_STORE_2));
}

static __attribute__((naked, noinline, unused)) void nn_tiles_2_s8(nn_tiles_t *t __attribute__((unused))) {
  __asm__ volatile(NN_TILES("{r10, r11}", NN_TILE_START_2, NN_TILE_HALF_2, NN_TILE_REQUANTISE, "", "",
                            NN_TILE_STORE_NONE));
}

static __attribute__((naked, noinline, unused)) void nn_tiles_3_from_lowest_s8(nn_tiles_t *t
                                                                               __attribute__((unused))) {
  __asm__ volatile(
      NN_TILES("{r10, r11, r12}", NN_TILE_START_3, NN_TILE_HALF_3, NN_TILE_REQUANTISE_FROM_LOWEST,
               "sub r8, r8, r9\n add r8, r2, r8, asr #7\n" NN_TILE_REQUANTISE_FROM_LOWEST("r8"),
               "add r9, r2, r9, lsl #1\n" NN_TILE_REQUANTISE_FROM_LOWEST("r9"), NN_TILE_STORE_2));
}

static __attribute__((naked, noinline, unused)) void nn_tiles_2_from_lowest_s8(nn_tiles_t *t
                                                                               __attribute__((unused))) {
  __asm__ volatile(NN_TILES("{r10, r11}", NN_TILE_START_2, NN_TILE_HALF_2, NN_TILE_REQUANTISE_FROM_LOWEST, "",
                            "", NN_TILE_STORE_NONE));
}

typedef char nn_tiles_offsets_are_as_in_the_assembly
    [offsetof(nn_tiles_t, x) == 0 && offsetof(nn_tiles_t, v) == 4 && offsetof(nn_tiles_t, channels) == 8 &&
             offsetof(nn_tiles_t, out) == 12 && offsetof(nn_tiles_t, blocks) == 16 &&
             offsetof(nn_tiles_t, stride) == 20 && offsetof(nn_tiles_t, pairs) == 24 &&
             offsetof(nn_tiles_t, zero) == 28
         ? 1
         : -1];

#endif
