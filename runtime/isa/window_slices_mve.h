/* Slices of windows for cores with MVE, in assembly: the loop of windows_mve.h. A slice takes some 10
 * instructions more for each pair of channels than one pass over all taps would.
 */
#ifndef NN_ISA_WINDOW_SLICES_MVE_H
#define NN_ISA_WINDOW_SLICES_MVE_H

#include <stddef.h>

typedef struct {
  const int8_t *a[3]; /* windows */
  int32_t taps;
  int32_t next; /* from where the loop leaves the first weights to the next pair's */
  int32_t *sums;
  int32_t *end; /* of the sums */
  const int8_t *weights;
} nn_window_slice_t;

/* clang-format off */
#define NN_WINDOW_SUMS "{r0, r2, r4, r6, r8, r10}"
/* For each pair of channels: `begin`, the products of the slice, the sums to memory. */
#define NN_WINDOW_SLICE(begin)                                                                               \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n ldrd r12, r11, [r0, #20]\n ldr r7, [r0, #28]\n"             \
  "ldm r0, {r1, r2, r3, r4, r5}\n push {r1, r2, r3, r4, r5}\n"                                               \
  "1: ldm sp, {r1, r3, r5, lr}\n" begin                                                                      \
  NN_WINDOWS_LOOP                                                                                            \
  "stmia r12!, " NN_WINDOW_SUMS "\n ldr r1, [sp, #16]\n add r7, r7, r1\n cmp r12, r11\n bne 1b\n"            \
  "add sp, sp, #20\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"
#define NN_WINDOW_ENTER_LAST "ldr r1, [r0, #88]\n str r1, [sp, #48]\n"
#define NN_WINDOW_BEGIN_LAST "ldr r9, [sp, #48]\n ldm r9!, " NN_WINDOW_SUMS "\n str r9, [sp, #48]\n"
/* clang-format on */

static __attribute__((naked, noinline, unused)) void nn_first_window_slice_s8(const nn_window_slice_t *t
                                                                              __attribute__((unused))) {
  __asm__ volatile(
      NN_WINDOW_SLICE("mov r0, #0\n mov r2, #0\n mov r4, #0\n mov r6, #0\n mov r8, #0\n mov r10, #0\n"));
}

static __attribute__((naked, noinline, unused)) void nn_next_window_slice_s8(const nn_window_slice_t *t
                                                                             __attribute__((unused))) {
  __asm__ volatile(NN_WINDOW_SLICE("ldm r12, " NN_WINDOW_SUMS "\n"));
}

static __attribute__((naked, noinline, unused)) void nn_last_windows_away_s8(const nn_windows_t *t
                                                                             __attribute__((unused))) {
  __asm__ volatile(NN_WINDOWS_RUN(NN_WINDOW_ENTER_LAST, NN_WINDOW_BEGIN_LAST, NN_WINDOWS_TIES_AWAY));
}

static __attribute__((naked, noinline, unused)) void nn_last_windows_up_s8(const nn_windows_t *t
                                                                           __attribute__((unused))) {
  __asm__ volatile(NN_WINDOWS_RUN(NN_WINDOW_ENTER_LAST, NN_WINDOW_BEGIN_LAST, ""));
}

NN_KERNEL void nn_window_slice_s8(const nn_windows_t *t, int first, int32_t pixels, const int8_t *patches,
                                  int32_t step, int32_t channels, int32_t *sums) {
  const int32_t second = pixels > 1 ? 1 : 0, third = pixels > 2 ? 2 : second; /* else computed again */
  const nn_window_slice_t slice = {{patches, patches + second * step, patches + third * step},
                                   t->taps,
                                   t->next,
                                   sums,
                                   sums + 3 * channels,
                                   t->weights};
  first ? nn_first_window_slice_s8(&slice) : nn_next_window_slice_s8(&slice);
}

NN_KERNEL void nn_last_window_slice_s8(nn_windows_t *t, int32_t out_c, int32_t rounding, int32_t pixels,
                                       const int8_t *patches, int32_t step, int32_t channels, int32_t *sums,
                                       int8_t *out) {
  (void)channels;
  nn_windows_at(t, out_c, pixels, patches, step, out);
  t->sums = sums;
  rounding == NN_ROUND_UP ? nn_last_windows_up_s8(t) : nn_last_windows_away_s8(t);
}

typedef char nn_window_slice_offsets_are_as_in_the_assembly[offsetof(nn_window_slice_t, taps) == 12 &&
                                                                    offsetof(nn_window_slice_t, next) == 16 &&
                                                                    offsetof(nn_window_slice_t, sums) == 20 &&
                                                                    offsetof(nn_window_slice_t, end) == 24 &&
                                                                    offsetof(nn_window_slice_t, weights) == 28
                                                                ? 1
                                                                : -1];

#endif
