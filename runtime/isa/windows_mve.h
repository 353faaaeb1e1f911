/* Windows for cores with MVE, in assembly: 3 pixels by 2 output channels, the products of 16 taps each in 12
 * instructions. VMLADAVA adds to an even register, so 6 sums are what fits. Instruction counts: tests/bench.
 *
 * Registers in the loop: r0, r2, r4 sums of the first channel, r6, r8, r10 of the second; r1, r3, r5 the
 * windows; r7, r9 the weights; r11 where the outputs go, r12 the channels' constants, lr counts taps. q4 and
 * q5 hold the clamp, q6 the offsets of the pixels' outputs, q7 the zero point. The loop is tail-predicated:
 * what is beyond the last tap is not read.
 */
#ifndef NN_ISA_WINDOWS_MVE_H
#define NN_ISA_WINDOWS_MVE_H

#include <stddef.h>

/* Begins with what one LDM loads for a pair of channels, in the order of the registers. */
typedef struct {
  int32_t none0;
  const int8_t *a0;
  int32_t none2;
  const int8_t *a1;
  int32_t none4;
  const int8_t *a2;
  int32_t none6, none8, none10;
  int32_t taps;
  int32_t next;                   /* from where the loop leaves the first weights to the next pair's */
  const nn_window_channel_t *end; /* of the channels */
  const int8_t *weights;
  const nn_window_channel_t *channels; /* not yet done */
  int8_t *out;
  int32_t zero, low, high;
  int32_t offsets[4]; /* of the pixels' outputs */
  int32_t *sums;      /* of slices before (nn_window_slices_s8.h) */
} nn_windows_t;

/* A channel's outputs: sums a, b, c. VRSHL takes the lowest byte of what has bias and shift. */
#define NN_WINDOWS_OUTPUT(a, b, c, bias_shift, multiplier, ties)                                             \
  "vmov q0[2], q0[0], " a ", " c "\n vmov q0[3], q0[1], " b ", " c "\n asr r0, " bias_shift ", #8\n"         \
  "vadd.i32 q0, q0, r0\n vqrdmulh.s32 q0, q0, " multiplier "\n" ties "vrshl.s32 q0, " bias_shift             \
  "\n vadd.i32 q0, q0, q7\n vmax.s32 q0, q0, q4\n vmin.s32 q0, q0, q5\n"                                     \
  "vstrb.32 q0, [r11, q6]\n add r11, #1\n"

/* VRSHL rounds ties up; one less below zero makes that away from zero. */
#define NN_WINDOWS_TIES_AWAY "vshr.s32 q1, q0, #31\n vadd.i32 q0, q0, q1\n"

/* clang-format off */
/* The products of a pair of channels; lr is the number of taps. */
#define NN_WINDOWS_LOOP                                                                                      \
  "add r9, r7, lr\n dlstp.8 lr, lr\n"                                                                        \
  "2: vldrb.8 q0, [r7], #16\n vldrb.8 q2, [r1], #16\n vmladava.s8 r0, q2, q0\n"                              \
  "vldrb.8 q1, [r9], #16\n vmladava.s8 r6, q2, q1\n"                                                         \
  "vldrb.8 q3, [r3], #16\n vmladava.s8 r2, q3, q0\n vmladava.s8 r8, q3, q1\n"                                \
  "vldrb.8 q2, [r5], #16\n vmladava.s8 r4, q2, q0\n vmladava.s8 r10, q2, q1\n"                               \
  "letp lr, 2b\n"
/* `enter` comes first, with r0 the nn_windows_t, `begin` before the products of each pair of channels. */
#define NN_WINDOWS_RUN(enter, begin, ties)                                                                   \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, lr}\n vpush {d8-d15}\n sub sp, sp, #52\n" enter                   \
  "vldrw.u32 q6, [r0, #72]\n"                                                                                \
  "ldrd r1, r2, [r0, #60]\n ldr r3, [r0, #68]\n vdup.32 q7, r1\n vdup.32 q4, r2\n vdup.32 q5, r3\n"          \
  "ldrd r7, r12, [r0, #48]\n ldr r11, [r0, #56]\n"                                                           \
  "ldm r0!, {r1, r2, r3, r4, r5, r6}\n stm sp, {r1, r2, r3, r4, r5, r6}\n add lr, sp, #24\n"                 \
  "ldm r0, {r1, r2, r3, r4, r5, r6}\n stm lr, {r1, r2, r3, r4, r5, r6}\n"                                    \
  "1: ldm sp, {r0, r1, r2, r3, r4, r5, r6, r8, r10, lr}\n" begin                                             \
  NN_WINDOWS_LOOP                                                                                            \
  "ldm r12!, {r1, r3, r5, r9}\n" NN_WINDOWS_OUTPUT("r0", "r2", "r4", "r1", "r3", ties)                       \
  NN_WINDOWS_OUTPUT("r6", "r8", "r10", "r5", "r9", ties)                                                     \
  "ldrd r1, r3, [sp, #40]\n add r7, r7, r1\n cmp r12, r3\n bne 1b\n"                                         \
  "add sp, sp, #52\n vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, pc}\n"
/* clang-format on */

static __attribute__((naked, noinline, unused)) void nn_windows_run_away_s8(const nn_windows_t *t
                                                                            __attribute__((unused))) {
  __asm__ volatile(NN_WINDOWS_RUN("", "", NN_WINDOWS_TIES_AWAY));
}

static __attribute__((naked, noinline, unused)) void nn_windows_run_up_s8(const nn_windows_t *t
                                                                          __attribute__((unused))) {
  __asm__ volatile(NN_WINDOWS_RUN("", "", ""));
}

NN_KERNEL void nn_windows_run_s8(const nn_windows_t *t, int32_t rounding) {
  rounding == NN_ROUND_UP ? nn_windows_run_up_s8(t) : nn_windows_run_away_s8(t);
}

NN_KERNEL void nn_windows(nn_windows_t *t, int32_t out_zero, int32_t low, int32_t high) {
  t->none0 = t->none2 = t->none4 = t->none6 = t->none8 = t->none10 = 0;
  t->zero = out_zero;
  t->low = low;
  t->high = high;
  t->offsets[0] = 0;
}

NN_KERNEL void nn_windows_of(nn_windows_t *t, int32_t taps, const int8_t *weights,
                             const nn_window_channel_t *channels, int32_t n) {
  t->taps = taps;
  t->next = 2 * taps - ((taps + 15) & ~15);
  t->weights = weights;
  t->channels = channels;
  t->end = channels + (n & ~1);
}

/* Of up to 3 pixels; those that are not there are computed again. */
NN_KERNEL void nn_windows_at(nn_windows_t *t, int32_t out_c, int32_t pixels, const int8_t *first,
                             int32_t step, int8_t *out) {
  const int32_t second = pixels > 1 ? 1 : 0, third = pixels > 2 ? 2 : second;
  t->a0 = first;
  t->a1 = first + second * step;
  t->a2 = first + third * step;
  t->offsets[1] = second * out_c;
  t->offsets[2] = third * out_c;
  t->offsets[3] = third * out_c;
  t->out = out;
}

/* The last one of an odd number of output channels, with one more that is none. */
NN_APART void nn_windows_odd_s8(const nn_windows_t *t, int32_t out_c, int32_t rounding, int32_t pixels) {
  int8_t last[6];
  const int32_t even = out_c & ~1;
  nn_windows_t run = *t;
  run.weights += even * t->taps;
  run.channels = t->end;
  run.end += 2;
  run.out = last;
  for (int32_t j = 0; j < 4; ++j) {
    run.offsets[j] = 2 * (j < 3 ? j : 2);
  }
  nn_windows_run_s8(&run, rounding);
  for (int32_t j = 0; j < pixels; ++j) {
    t->out[j * out_c + even] = last[2 * j];
  }
}

NN_KERNEL void nn_windows_s8(nn_windows_t *t, int32_t out_c, int32_t rounding, int32_t pixels,
                             const int8_t *first, int32_t step, int8_t *out) {
  nn_windows_at(t, out_c, pixels, first, step, out);
  if (out_c > 1) {
    nn_windows_run_s8(t, rounding);
  }
  if (out_c % 2 != 0) {
    nn_windows_odd_s8(t, out_c, rounding, pixels);
  }
}

typedef char nn_windows_offsets_are_as_in_the_assembly
    [offsetof(nn_windows_t, taps) == 36 && offsetof(nn_windows_t, next) == 40 &&
             offsetof(nn_windows_t, end) == 44 && offsetof(nn_windows_t, weights) == 48 &&
             offsetof(nn_windows_t, out) == 56 && offsetof(nn_windows_t, zero) == 60 &&
             offsetof(nn_windows_t, offsets) == 72 && offsetof(nn_windows_t, sums) == 88
         ? 1
         : -1];

#endif
