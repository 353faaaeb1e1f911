/* Products of int16 for cores with MVE, in assembly: four of them, requantised, in 11 instructions. */
#ifndef NN_ISA_MUL_S16_MVE_H
#define NN_ISA_MUL_S16_MVE_H

/* What one LDM loads, r0 to r7. */
typedef struct {
  const int16_t *a, *b;
  int16_t *out;
  int32_t n;
  int32_t multiplier, left; /* shift to the left, below 0 */
  int32_t low, high;
} nn_mul_run_s16_t;

/* VQRDMULH, then VRSHL; it rounds ties up, and one less below zero makes that away from zero. */
#define NN_MUL_RUN_S16(enter, operation)                                                                     \
  "push {r4, r5, r6, r7, r8, lr}\n ldm r0, {r0, r1, r2, r3, r4, r5, r6, r7}\n"                               \
  "vdup.32 q2, r6\n vdup.32 q3, r7\n" enter "wlstp.32 lr, r3, 2f\n"                                          \
  "1: vldrh.s32 q0, [r0], #8\n" operation "vqrdmulh.s32 q0, q0, r4\n vshr.s32 q1, q0, #31\n"                 \
  "vadd.i32 q0, q0, q1\n vrshl.s32 q0, r5\n vmax.s32 q0, q0, q2\n vmin.s32 q0, q0, q3\n"                     \
  "vstrh.32 q0, [r2], #8\n letp lr, 1b\n2: pop {r4, r5, r6, r7, r8, pc}\n"

static __attribute__((naked, noinline, unused)) void nn_mul_vectors_s16(const nn_mul_run_s16_t *t
                                                                        __attribute__((unused))) {
  __asm__ volatile(NN_MUL_RUN_S16("", "vldrh.s32 q1, [r1], #8\n vmul.i32 q0, q0, q1\n"));
}

static __attribute__((naked, noinline, unused)) void nn_mul_number_s16(const nn_mul_run_s16_t *t
                                                                       __attribute__((unused))) {
  __asm__ volatile(NN_MUL_RUN_S16("ldrsh r1, [r1]\n", "vmul.i32 q0, q0, r1\n"));
}

/* Shifts to the right; int16 has no zero points. */
NN_KERNEL int nn_mul_run_s16(const nn_mul_scale_t *p, const int16_t *a, int32_t a_step, const int16_t *b,
                             int32_t b_step, int16_t *out, int32_t n) {
  const nn_mul_run_s16_t t = {
      a_step == 0 ? b : a, a_step == 0 ? a : b, out, n, p->multiplier, p->shift, p->low, p->high};
  if (p->shift >= 0 || a_step + b_step == 0 || a_step > 1 || b_step > 1) {
    return 0;
  }
  if (a_step == b_step) {
    nn_mul_vectors_s16(&t);
  } else {
    nn_mul_number_s16(&t);
  }
  return 1;
}

#endif
