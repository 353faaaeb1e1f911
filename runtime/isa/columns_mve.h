/* Interleaved columns for cores with MVE, in assembly: 20 instructions for 4 channels of an output pixel, 9
 * products each. Instruction counts: tests/bench.
 *
 * Registers in the loop: q0-q3 weights of four channels; q4 addresses of the columns; q5 data, then outputs;
 * q6 multipliers, q7 shifts, the lowest bytes; r0, r2, r4, r6 sums, whose biases are on the stack; r8
 * channels' constants, r9 zero point, r5 step, r10 bytes of an output pixel, r7 where the outputs go; lr
 * counts pixels; r1 the next weights, r3 the next channels' outputs, r11 their place in a column, r12 the
 * struct.
 */
#ifndef NN_ISA_COLUMNS_MVE_H
#define NN_ISA_COLUMNS_MVE_H

#include <stddef.h>

/* Three rows, and how far apart their pixels are. */
typedef struct {
  const int8_t *row[3];
  int32_t step[3];
} nn_interleave_t;

static __attribute__((naked, noinline, unused)) int8_t *
nn_interleave_rows_s8(const nn_interleave_t *from __attribute__((unused)),
                      int32_t channels __attribute__((unused)), int32_t n __attribute__((unused)),
                      int8_t *to __attribute__((unused))) {
  __asm__ volatile("push {r4, r5, r6, lr}\n vctp.8 r1\n dls lr, r2\n mov r12, r3\n"
                   "ldm r0, {r0, r1, r2, r3, r4, r5}\n"
                   "1: vpsttt\n vldrbt.8 q0, [r0]\n vldrbt.8 q1, [r1]\n vldrbt.8 q2, [r2]\n"
                   "add r0, r3\n add r1, r4\n add r2, r5\n"
                   "vst40.8 {q0, q1, q2, q3}, [r12]\n vst41.8 {q0, q1, q2, q3}, [r12]\n"
                   "vst42.8 {q0, q1, q2, q3}, [r12]\n vst43.8 {q0, q1, q2, q3}, [r12]!\n le lr, 1b\n"
                   "mov r0, r12\n pop {r4, r5, r6, pc}\n");
}

NN_KERNEL int8_t *nn_interleave_s8(const int8_t *const rows[3], const int32_t step[3], int32_t channels,
                                   int32_t n, int8_t *to) {
  const nn_interleave_t from = {{rows[0], rows[1], rows[2]}, {step[0], step[1], step[2]}};
  return n > 0 ? nn_interleave_rows_s8(&from, channels, n, to) : to;
}

/* Sum r of a channel whose weights are w: its columns' addresses are `at` bytes further. */
#define NN_COLUMNS_DOT(r, w, at) "vldrw.u32 q5, [q4, #" at "]\n vmladava.s8 " r ", q5, " w "\n"

/* clang-format off */
#define NN_COLUMNS(ties)                                                                                     \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n sub sp, #16\n"                        \
  "mov r12, r0\n ldrd r1, r8, [r12]\n ldr r3, [r12, #8]\n ldr r6, [r12, #32]\n vctp.8 r6\n"                 \
  "ldrd r10, r9, [r12, #20]\n ldr r5, [r12, #28]\n mov r11, #0\n"                                            \
  "1: ldr r6, [r12, #32]\n add r0, r1, r6\n add r2, r0, r6\n add r4, r2, r6\n vpstttt\n"                     \
  "vldrbt.8 q0, [r1]\n vldrbt.8 q1, [r0]\n vldrbt.8 q2, [r2]\n vldrbt.8 q3, [r4]\n add r1, r4, r6\n"        \
  "vldrw.32 q6, [r8, #16]\n vldrw.32 q7, [r8]\n vshr.s32 q5, q7, #8\n vstrw.32 q5, [sp]\n"                  \
  "mov r7, r3\n adds r3, #4\n"                                                                              \
  "vldrw.32 q4, [r12, #36]\n vadd.i32 q4, q4, r11\n add r11, #16\n"                                           \
  "ldr lr, [r12, #16]\n dls lr, lr\n"                                                                        \
  "2: ldm sp, {r0, r2, r4, r6}\n"                                                                            \
  NN_COLUMNS_DOT("r0", "q0", "0") NN_COLUMNS_DOT("r2", "q1", "4")                                            \
  NN_COLUMNS_DOT("r4", "q2", "8") NN_COLUMNS_DOT("r6", "q3", "12")                                           \
  "vadd.i32 q4, q4, r5\n vmov q5[2], q5[0], r0, r4\n vmov q5[3], q5[1], r2, r6\n"                            \
  "vqrdmulh.s32 q5, q5, q6\n" ties "vrshl.s32 q5, q5, q7\n vadd.i32 q5, q5, r9\n"                            \
  "vqmovnb.s32 q5, q5\n vqmovnb.s16 q5, q5\n vstrb.32 q5, [r7]\n add r7, r10\n le lr, 2b\n"                \
  "adds r8, #32\n ldr r0, [r12, #12]\n cmp r11, r0, lsl #4\n bne 1b\n"                                        \
  "add sp, #16\n vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n"
/* clang-format on */

/* VRSHL rounds ties up; one less below zero makes that away from zero. */
#define NN_COLUMNS_TIES_AWAY "vshr.s32 q7, q5, #31\n vadd.i32 q5, q5, q7\n vldrw.32 q7, [r8]\n"

/* With the addresses of the first pixel's columns behind it. */
typedef struct {
  nn_columns_t t;
  const int8_t *columns[4];
} nn_columns_run_t;

static __attribute__((naked, noinline, unused)) void nn_columns_away_s8(const nn_columns_run_t *t
                                                                        __attribute__((unused))) {
  __asm__ volatile(NN_COLUMNS(NN_COLUMNS_TIES_AWAY));
}

static __attribute__((naked, noinline, unused)) void nn_columns_up_s8(const nn_columns_run_t *t
                                                                      __attribute__((unused))) {
  __asm__ volatile(NN_COLUMNS(""));
}

NN_KERNEL void nn_columns_s8(const nn_columns_t *t, const int8_t *columns, int32_t rounding) {
  const nn_columns_run_t run = {
      *t,
      {columns, columns + NN_COLUMNS_BYTES, columns + 2 * NN_COLUMNS_BYTES, columns + 3 * NN_COLUMNS_BYTES}};
  rounding == NN_ROUND_UP ? nn_columns_up_s8(&run) : nn_columns_away_s8(&run);
}

typedef char nn_columns_offsets_are_as_in_the_assembly
    [offsetof(nn_columns_t, channels) == 4 && offsetof(nn_columns_t, out) == 8 &&
             offsetof(nn_columns_t, groups) == 12 && offsetof(nn_columns_t, pixels) == 16 &&
             offsetof(nn_columns_t, c) == 20 && offsetof(nn_columns_t, zero) == 24 &&
             offsetof(nn_columns_t, step) == 28 && offsetof(nn_columns_t, size) == 32 &&
             offsetof(nn_columns_run_t, columns) == 36
         ? 1
         : -1];

#endif
