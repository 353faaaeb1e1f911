/* Sums of pairs of int16 for cores with MVE, in assembly: TFLite's steps for 4 of them in 26 instructions. */
#ifndef NN_ISA_SUM_S16_MVE_H
#define NN_ISA_SUM_S16_MVE_H

#include <stddef.h>

enum { NN_SUM_S16_AT_ONCE = 1 };

/* What the loop holds in registers: multipliers and shifts to the right, below 0, of a, b and the output. */
typedef struct {
  int32_t left, a_multiplier, b_multiplier, out_multiplier, a_shift, b_shift, out_shift, sign;
  int32_t a_mask, b_mask, out_mask; /* a shift's sign */
  int32_t low, high, n;
  int32_t out_left; /* of the sum before its multiplier */
} nn_sum_s16_t;

/* nn_sum_rescale of q: VQRDMULH, then VRSHL; it rounds ties up, and one less below zero, where there is a
 * shift at all (its mask), makes that away from zero. */
#define NN_SUM_RESCALE(q, multiplier, mask, shift)                                                           \
  "vqrdmulh.s32 " q ", " q ", " multiplier "\n vand q2, " q ", " mask "\n vshr.s32 q2, q2, #31\n"            \
  "vadd.i32 " q ", " q ", q2\n vrshl.s32 " q ", " shift "\n"

/* clang-format off */
static __attribute__((naked, noinline, unused)) void
nn_sum_run_s16(const nn_sum_s16_t *t __attribute__((unused)), const int16_t *a __attribute__((unused)),
               const int16_t *b __attribute__((unused)), int16_t *out __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n ldr r12, [r0, #56]\n"
      "ldr r4, [r0, #32]\n vdup.32 q3, r4\n ldr r4, [r0, #36]\n vdup.32 q4, r4\n"
      "ldr r4, [r0, #40]\n vdup.32 q5, r4\n ldr r4, [r0, #44]\n vdup.32 q6, r4\n"
      "ldrd r4, lr, [r0, #48]\n vdup.32 q7, r4\n"
      "ldm r0, {r4, r5, r6, r7, r8, r9, r10, r11}\n"
      "wlstp.32 lr, lr, 2f\n"
      "1: vldrh.s32 q0, [r1], #8\n vldrh.s32 q1, [r2], #8\n vshl.s32 q0, r4\n vshl.s32 q1, r4\n"
      NN_SUM_RESCALE("q0", "r5", "q3", "r8") NN_SUM_RESCALE("q1", "r6", "q4", "r9")
      "vmul.i32 q1, q1, r11\n vadd.i32 q0, q0, q1\n vshl.s32 q0, r12\n"
      NN_SUM_RESCALE("q0", "r7", "q5", "r10")
      "vmax.s32 q0, q0, q6\n vmin.s32 q0, q0, q7\n vstrh.32 q0, [r3], #8\n letp lr, 1b\n"
      "2: vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n");
}
/* clang-format on */

/* A multiplier of 0 stands for shifts alone: the same as 1/2, of numbers that go left by one more. */
NN_KERNEL void nn_sum_s16(const nn_sum_scale_t *p, const int16_t *a, const int16_t *b, int16_t *out,
                          int32_t n) {
  const int32_t half = 1 << 30, shifts = p->a_multiplier == 0;
  const nn_sum_s16_t t = {p->left + shifts,
                          shifts ? half : p->a_multiplier,
                          shifts ? half : p->b_multiplier,
                          shifts ? half : p->out_multiplier,
                          -p->a_right,
                          -p->b_right,
                          -p->out_right,
                          p->sign,
                          p->a_right > 0 ? INT32_MIN : 0,
                          p->b_right > 0 ? INT32_MIN : 0,
                          p->out_right > 0 ? INT32_MIN : 0,
                          p->low,
                          p->high,
                          n,
                          shifts};
  nn_sum_run_s16(&t, a, b, out);
}

typedef char nn_sum_s16_offsets_are_as_in_the_assembly[offsetof(nn_sum_s16_t, a_mask) == 32 &&
                                                               offsetof(nn_sum_s16_t, low) == 44 &&
                                                               offsetof(nn_sum_s16_t, high) == 48 &&
                                                               offsetof(nn_sum_s16_t, n) == 52 &&
                                                               offsetof(nn_sum_s16_t, out_left) == 56
                                                           ? 1
                                                           : -1];

#endif
