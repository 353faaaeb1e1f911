/* Windows of int16 for cores with MVE, in assembly: 3 pixels by 2 output channels, the products of 8 taps
 * each in 12 instructions (windows_mve.h is the same for int8).
 *
 * Registers in the loop: r0, r2, r4 sums of the first channel, r6, r8, r10 of the second; r1, r3, r9 the
 * windows; r7, r5 the weights (VLDRB.S16 takes low registers); r11 the rows, r12 the struct, lr counts taps.
 * Then r7 the channels' constants and r11 where the outputs go; q4 and q5 the clamp, q6 the offsets of the
 * pixels' outputs.
 */
#ifndef NN_ISA_WINDOWS_S16_MVE_H
#define NN_ISA_WINDOWS_S16_MVE_H

#include <stddef.h>

/* Distances in bytes. */
typedef struct {
  const int16_t *const *rows;
  int32_t none;
  int32_t at, second, third; /* the first tap in a row; from there to the other pixels' */
  int32_t n;                 /* taps in a row */
  int32_t next;              /* from where the loop leaves the weights to the next row's */
  const int16_t *const *end; /* of the rows */
  const int8_t *weights;
  int32_t taps; /* weights of a channel */
  const nn_channel_s16_t *channels;
  int16_t *out;
  int32_t pairs; /* of channels, not yet done */
  int32_t low, high;
  int32_t offsets[4]; /* of the pixels' outputs */
} nn_windows_run_s16_t;

/* A channel's outputs of sums a, b, c: NN_S16_NARROW. */
#define NN_WINDOWS_OUTPUT_S16(a, b, c)                                                                       \
  "ldm r7!, {r1, r3, r5, r9}\n vmov q0[2], q0[0], " a ", " c "\n vmov q0[3], q0[1], " b ", " c "\n"          \
  "vadd.i32 q0, q0, r1\n vdup.32 q1, r5\n vmulh.s32 q0, q0, q1\n rsb r9, r9, #0\n vrshl.s32 q0, r9\n"        \
  "vmax.s32 q0, q0, q4\n vmin.s32 q0, q0, q5\n vstrh.32 q0, [r11, q6]\n add r11, r11, #2\n"

/* clang-format off */
static __attribute__((naked, noinline, unused)) void
nn_windows_pairs_s16(nn_windows_run_s16_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n mov r12, r0\n"
      "ldrd r1, r2, [r12, #52]\n vdup.32 q4, r1\n vdup.32 q5, r2\n vldrw.u32 q6, [r12, #60]\n"
      "1: mov r0, #0\n mov r2, #0\n mov r4, #0\n mov r6, #0\n mov r8, #0\n mov r10, #0\n"
      "ldr r11, [r12]\n ldrd r7, r5, [r12, #32]\n add r5, r5, r7\n"
      "ldr r1, [r12, #28]\n cmp r11, r1\n beq 4f\n"
      "2: ldr r1, [r11], #4\n ldrd r3, r9, [r12, #8]\n add r1, r1, r3\n add r3, r1, r9\n"
      "ldrd r9, lr, [r12, #16]\n add r9, r9, r1\n dlstp.16 lr, lr\n"
      "3: vldrb.s16 q0, [r7], #8\n vldrh.u16 q2, [r1], #16\n vmladava.s16 r0, q2, q0\n"
      "vldrb.s16 q1, [r5], #8\n vmladava.s16 r6, q2, q1\n"
      "vldrh.u16 q3, [r3], #16\n vmladava.s16 r2, q3, q0\n vmladava.s16 r8, q3, q1\n"
      "vldrh.u16 q2, [r9], #16\n vmladava.s16 r4, q2, q0\n vmladava.s16 r10, q2, q1\n letp lr, 3b\n"
      "ldrd r1, r3, [r12, #24]\n add r7, r7, r1\n add r5, r5, r1\n cmp r11, r3\n bne 2b\n"
      "4: ldrd r7, r11, [r12, #40]\n"
      NN_WINDOWS_OUTPUT_S16("r0", "r2", "r4") NN_WINDOWS_OUTPUT_S16("r6", "r8", "r10")
      "strd r7, r11, [r12, #40]\n ldrd r1, r3, [r12, #32]\n add r1, r1, r3, lsl #1\n str r1, [r12, #32]\n"
      "ldr r1, [r12, #48]\n subs r1, r1, #1\n str r1, [r12, #48]\n bne 1b\n"
      "vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n");
}

/* One pixel by 4 output channels, 32 products in 10 instructions: sums r0, r2, r4, r6, weights r1, r3, r5, r7, the
 * window r9; `pairs` counts fours. */
static __attribute__((naked, noinline, unused)) void
nn_windows_fours_s16(nn_windows_run_s16_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n mov r12, r0\n"
      "ldrd r1, r2, [r12, #52]\n vdup.32 q5, r1\n vdup.32 q6, r2\n"
      "1: mov r0, #0\n mov r2, #0\n mov r4, #0\n mov r6, #0\n ldr r11, [r12]\n"
      "ldrd r1, r8, [r12, #32]\n add r3, r1, r8\n add r5, r3, r8\n add r7, r5, r8\n"
      "ldr r9, [r12, #28]\n cmp r11, r9\n beq 4f\n"
      "2: ldr r9, [r11], #4\n ldr r8, [r12, #8]\n add r9, r9, r8\n ldr lr, [r12, #20]\n dlstp.16 lr, lr\n"
      "3: vldrh.u16 q0, [r9], #16\n vldrb.s16 q1, [r1], #8\n vmladava.s16 r0, q0, q1\n"
      "vldrb.s16 q2, [r3], #8\n vmladava.s16 r2, q0, q2\n"
      "vldrb.s16 q1, [r5], #8\n vmladava.s16 r4, q0, q1\n"
      "vldrb.s16 q2, [r7], #8\n vmladava.s16 r6, q0, q2\n letp lr, 3b\n"
      "ldrd r8, r10, [r12, #24]\n add r1, r1, r8\n add r3, r3, r8\n add r5, r5, r8\n add r7, r7, r8\n"
      "cmp r11, r10\n bne 2b\n"
      "4: ldrd r8, r1, [r12, #40]\n"
      "vld40.32 {q0, q1, q2, q3}, [r8]\n vld41.32 {q0, q1, q2, q3}, [r8]\n"
      "vld42.32 {q0, q1, q2, q3}, [r8]\n vld43.32 {q0, q1, q2, q3}, [r8]!\n"
      "vmov q4[2], q4[0], r0, r4\n vmov q4[3], q4[1], r2, r6\n vadd.i32 q4, q4, q0\n"
      "vmulh.s32 q4, q4, q2\n vneg.s32 q3, q3\n vrshl.s32 q4, q4, q3\n vmax.s32 q4, q4, q5\n"
      "vmin.s32 q4, q4, q6\n vstrh.32 q4, [r1], #8\n strd r8, r1, [r12, #40]\n"
      "ldrd r1, r3, [r12, #32]\n add r1, r1, r3, lsl #2\n str r1, [r12, #32]\n"
      "ldr r1, [r12, #48]\n subs r1, r1, #1\n str r1, [r12, #48]\n bne 1b\n"
      "vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n");
}
/* clang-format on */

NN_KERNEL void nn_windows_s16(const nn_windows_s16_t *t, const int8_t *weights,
                              const nn_channel_s16_t *channels, int16_t *out) {
  const int32_t size = (int32_t)sizeof(int16_t), even = t->out_c & ~1;
  const int32_t fours = t->pixels == 1 ? t->out_c / 4 : 0;
  const int32_t second = t->pixels > 1 ? 1 : 0, third = t->pixels > 2 ? 2 : second; /* else again */
  const int32_t step = t->in_step * size, to = t->out_step * size;
  nn_windows_run_s16_t run = {t->rows,
                              0,
                              t->at * size,
                              second * step,
                              third * step,
                              t->n,
                              t->run - ((t->n + 7) & ~7),
                              t->rows + t->count,
                              weights + t->skip,
                              t->taps,
                              channels,
                              out,
                              fours,
                              t->low,
                              t->high,
                              {0, second * to, third * to, third * to}};
  if (fours > 0) {
    nn_windows_fours_s16(&run);
  }
  if (even > 4 * fours) {
    run.pairs = even / 2 - 2 * fours;
    nn_windows_pairs_s16(&run);
  }
  if (even < t->out_c) {
    int16_t last[2 * NN_WINDOW_PIXELS];
    run.out = last;
    run.pairs = 1;
    for (int32_t j = 0; j < 4; ++j) {
      run.offsets[j] = 2 * size * (j < 3 ? j : 2);
    }
    nn_windows_pairs_s16(&run);
    for (int32_t j = 0; j < t->pixels; ++j) {
      out[j * t->out_step + even] = last[2 * j];
    }
  }
}

typedef char nn_windows_s16_offsets_are_as_in_the_assembly
    [offsetof(nn_windows_run_s16_t, at) == 8 && offsetof(nn_windows_run_s16_t, third) == 16 &&
             offsetof(nn_windows_run_s16_t, next) == 24 && offsetof(nn_windows_run_s16_t, weights) == 32 &&
             offsetof(nn_windows_run_s16_t, channels) == 40 && offsetof(nn_windows_run_s16_t, pairs) == 48 &&
             offsetof(nn_windows_run_s16_t, low) == 52 && offsetof(nn_windows_run_s16_t, offsets) == 60
         ? 1
         : -1];

#endif
