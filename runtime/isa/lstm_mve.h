/* Steps of int8 LSTMs for cores with MVE: the gates' products sixteen at a time, in assembly; curves and cell
 * states of eight cells at a time. Instruction counts: tests/bench.
 */
#ifndef NN_ISA_LSTM_MVE_H
#define NN_ISA_LSTM_MVE_H

#include <stddef.h>

#include "isa/curves_mve.h"

/* The gates of neighbouring cells; weights and biases move on. */
typedef struct {
  const int8_t *in;
  int32_t in_c, in_pad; /* from in_c to the next multiple of 16 */
  const int8_t *hidden;
  int32_t cells, cells_pad;
  const int8_t *in_w, *recurrent_w;
  const int32_t *biases;
  const nn_lstm_gate_t *scales;
  const int32_t *recurrent_biases;
  int32_t recurrent_step; /* bytes */
} nn_lstm_gates_t;

/* clang-format off */
/* The sums of four gates, from biases at `bias`; data and their number at r2 + `data`; `w` weights. */
#define NN_LSTM_DOT(w, bias, data, pad)                                              \
  "ldm " bias ", {r4, r6, r8, r10}\n ldrd r0, lr, [r2, #" data "]\n"                                         \
  "add r3, " w ", lr\n add r5, r3, lr\n add r7, r5, lr\n dlstp.8 lr, lr\n"                                   \
  "2: vldrb.8 q0, [r0], #16\n vldrb.8 q1, [" w "], #16\n vmladava.s8 r4, q0, q1\n"                           \
  "vldrb.8 q2, [r3], #16\n vmladava.s8 r6, q0, q2\n"                                                         \
  "vldrb.8 q1, [r5], #16\n vmladava.s8 r8, q0, q1\n"                                                         \
  "vldrb.8 q2, [r7], #16\n vmladava.s8 r10, q0, q2\n letp lr, 2b\n"                                          \
  "ldr r0, [r2, #" pad "]\n sub " w ", r7, r0\n"                                                             \
  "vmov q0[2], q0[0], r4, r8\n vmov q0[3], q0[1], r6, r10\n"
/* nn_requantize of q0. VRSHL rounds ties up; one less below zero, where there is a shift to the right, makes
 * that away from zero. */
#define NN_LSTM_SCALE(multiplier, shift)                                                                     \
  "vmov.i32 q1, #0\n vmax.s32 q2, " shift ", q1\n vshl.s32 q0, q0, q2\n vqrdmulh.s32 q0, q0, " multiplier "\n" \
  "vmin.s32 q1, " shift ", q1\n vand q2, q0, q1\n vshr.s32 q2, q2, #31\n vadd.i32 q0, q0, q2\n"              \
  "vrshl.s32 q0, q0, q1\n"

/* Four gates of a cell after the other, in Q3.12, up to `end`. Registers: r9, r11 weights, r12 biases, r1
 * where the gates go. */
static __attribute__((naked, noinline, unused)) void
nn_lstm_gates_run_s8(nn_lstm_gates_t *t __attribute__((unused)), int16_t *gates __attribute__((unused)),
                     const int16_t *end __attribute__((unused))) {
  __asm__ volatile(
      "push {r2, r4, r5, r6, r7, r8, r9, r10, r11, lr}\n vpush {d8-d15}\n mov r2, r0\n"
      "ldrd r9, r11, [r2, #24]\n ldrd r12, r0, [r2, #32]\n"
      "vld40.32 {q4, q5, q6, q7}, [r0]\n vld41.32 {q4, q5, q6, q7}, [r0]\n"
      "vld42.32 {q4, q5, q6, q7}, [r0]\n vld43.32 {q4, q5, q6, q7}, [r0]\n"
      "1:\n" NN_LSTM_DOT("r9", "r12!", "0", "8") NN_LSTM_SCALE("q4", "q5")
      "vqmovnb.s32 q0, q0\n vmovlb.s16 q3, q0\n"
      "ldrd r0, r3, [r2, #40]\n add r3, r0, r3\n str r3, [r2, #40]\n"
      NN_LSTM_DOT("r11", "r0", "12", "20") NN_LSTM_SCALE("q6", "q7")
      "vadd.i32 q0, q0, q3\n vqmovnb.s32 q0, q0\n vstrh.32 q0, [r1], #8\n"
      "ldr r0, [sp, #64]\n cmp r1, r0\n bne 1b\n"
      "strd r9, r11, [r2, #24]\n str r12, [r2, #32]\n"
      "vpop {d8-d15}\n pop {r2, r4, r5, r6, r7, r8, r9, r10, r11, pc}\n");
}
/* clang-format on */

/* Cells with four gates. */
typedef struct {
  nn_lstm_gates_t gates;
  int16_t *cell;
  int8_t *out;
  int32_t clip, cell_bits, hidden_multiplier, hidden_shift, out_zero; /* as in nn_lstm_s8_t */
} nn_lstm_eights_t;

/* x / 2^-shift, shift < 0, ties away from zero. */
NN_KERNEL int32x4_t nn_rounding_shift_x4(int32x4_t x, int32_t shift) {
  return vrshlq_n_s32(vaddq_s32(x, vshrq_n_s32(x, 31)), shift);
}

/* a * b / 2^-shift, the lower half of it */
NN_KERNEL int16x8_t nn_scaled_product_x8(int16x8_t a, int16x8_t b, int32_t shift) {
  const int16x8_t even = vreinterpretq_s16_s32(nn_rounding_shift_x4(vmullbq_int_s16(a, b), shift));
  return vmovntq_s32(even, nn_rounding_shift_x4(vmulltq_int_s16(a, b), shift));
}

/* Outputs before they are clamped to int8; |y| is below 2^30. */
NN_KERNEL int32x4_t nn_lstm_hidden_x4(const nn_lstm_eights_t *t, int32x4_t y) {
  return vaddq_n_s32(nn_requantize_x4(y, t->hidden_multiplier, t->hidden_shift), t->out_zero);
}

/* The states of eight cells or less, from their gates behind the curves. */
NN_KERNEL int16x8_t nn_lstm_update_x8(const nn_lstm_eights_t *t, int16_t gates[4][8], mve_pred16_t some) {
  const int16x8_t added =
      nn_scaled_product_x8(vldrhq_s16(gates[0]), vldrhq_s16(gates[2]), -15 - t->cell_bits);
  const int16x8_t kept = nn_scaled_product_x8(vldrhq_s16(gates[1]), vldrhq_z_s16(t->cell, some), -15);
  const int16x8_t clip = vdupq_n_s16((int16_t)t->clip), sum = vqaddq_s16(kept, added);
  return t->clip > 0 ? vmaxq_s16(vminq_s16(sum, clip), vnegq_s16(clip)) : sum;
}

NN_APART void nn_lstm_eights_s8(nn_lstm_eights_t *t) {
  for (int32_t left = t->gates.cells; left > 0; left -= 8, t->cell += 8, t->out += 8) {
    int16_t gates[4][8];
    nn_lstm_gates_run_s8(&t->gates, gates[0], gates[0] + 4 * (left < 8 ? left : 8));
    const int16x8x4_t of = vld4q_s16(gates[0]);
    for (int32_t g = 0; g < 4; ++g) {
      vstrhq_s16(gates[g], of.val[g]);
    }
    for (int32_t g = 0; g < 4; ++g) {
      g == 2 ? nn_tanh_x8(gates[g], 1) : nn_logistic_x8(gates[g]);
    }
    const mve_pred16_t some = vctp16q((uint32_t)left);
    const int16x8_t cell = nn_lstm_update_x8(t, gates, some);
    vstrhq_p_s16(t->cell, cell, some);
    vstrhq_s16(gates[0], cell);
    nn_tanh_x8(gates[0], t->cell_bits - 2);
    const int16x8_t size = vldrhq_s16(gates[0]), open = vldrhq_s16(gates[3]);
    const int16x8_t even = vqmovnbq_s32(size, nn_lstm_hidden_x4(t, vmullbq_int_s16(open, size)));
    const int16x8_t all = vqmovntq_s32(even, nn_lstm_hidden_x4(t, vmulltq_int_s16(open, size)));
    const int8x16_t y = vqmovnbq_s16(vreinterpretq_s8_s16(all), all);
    vstrbq_p_s16(t->out, vreinterpretq_s16_s8(y), vctp16q((uint32_t)left));
  }
}

NN_KERNEL void nn_lstm_next_s8(const nn_lstm_s8_t *p, const nn_lstm_run_t *s) {
  if (p->gates == 4 && p->cell_bits >= 2) {
    const nn_lstm_biases_t bias = nn_lstm_biases(s->biases, p->cells, p->gates, 0, 0);
    nn_lstm_eights_t t = {{s->in, p->in_c, -p->in_c & 15, s->hidden, p->cells, -p->cells & 15, s->in_w,
                           s->recurrent_w, s->biases, s->scales, bias.recurrent,
                           p->recurrent_step * (int32_t)sizeof(int32_t)},
                          s->cell,
                          s->out,
                          p->clip,
                          p->cell_bits,
                          p->hidden_multiplier,
                          p->hidden_shift,
                          p->out_zero};
    nn_lstm_eights_s8(&t);
  } else {
    nn_lstm_cells_s8(p, s);
  }
}

typedef char nn_lstm_offsets_are_as_in_the_assembly
    [offsetof(nn_lstm_gates_t, in_pad) == 8 && offsetof(nn_lstm_gates_t, hidden) == 12 &&
             offsetof(nn_lstm_gates_t, cells_pad) == 20 && offsetof(nn_lstm_gates_t, in_w) == 24 &&
             offsetof(nn_lstm_gates_t, biases) == 32 && offsetof(nn_lstm_gates_t, recurrent_biases) == 40
         ? 1
         : -1];

#endif
