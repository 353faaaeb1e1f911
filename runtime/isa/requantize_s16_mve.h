/* QUANTIZE of int16 to int16 for cores with MVE, in assembly: four of them in 13 instructions. */
#ifndef NN_ISA_REQUANTIZE_S16_MVE_H
#define NN_ISA_REQUANTIZE_S16_MVE_H

/* What one LDM loads, r0 to r10. */
typedef struct {
  const int16_t *in;
  int16_t *out;
  int32_t n;
  int32_t in_zero, left, multiplier, right, out_zero; /* shift before; after, below 0 */
  int32_t sign;                                       /* of what a shift to the right rounds down */
  int32_t low, high;
} nn_requantize_run_s16_t;

/* VQRDMULH, then VRSHL; it rounds ties up, and one less below zero, where there is a shift at all (its sign),
 * makes that away from zero. */
static __attribute__((naked, noinline, unused)) void
nn_requantize_vectors_s16(const nn_requantize_run_s16_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, lr}\n vpush {d8-d9}\n"
      "ldm r0, {r0, r1, r2, r3, r4, r5, r6, r7, r8, r9, r10}\n"
      "vdup.32 q2, r8\n vdup.32 q3, r9\n vdup.32 q4, r10\n wlstp.32 lr, r2, 2f\n"
      "1: vldrh.s32 q0, [r0], #8\n vsub.i32 q0, q0, r3\n vshl.s32 q0, r4\n"
      "vqrdmulh.s32 q0, q0, r5\n vand q1, q0, q2\n vshr.s32 q1, q1, #31\n vadd.i32 q0, q0, q1\n"
      "vrshl.s32 q0, r6\n vadd.i32 q0, q0, r7\n vmax.s32 q0, q0, q3\n vmin.s32 q0, q0, q4\n"
      "vstrh.32 q0, [r1], #8\n letp lr, 1b\n2: vpop {d8-d9}\n pop {r4, r5, r6, r7, r8, r9, r10, pc}\n");
}

NN_KERNEL void nn_requantize_run_s16(const nn_requantize_values_t *p, const int16_t *in, int16_t *out,
                                     int32_t n) {
  const nn_requantize_run_s16_t t = {in,
                                     out,
                                     n,
                                     p->in_zero,
                                     p->shift > 0 ? p->shift : 0,
                                     p->multiplier,
                                     p->shift < 0 ? p->shift : 0,
                                     p->out_zero,
                                     p->shift < 0 ? INT32_MIN : 0,
                                     p->low,
                                     p->high};
  nn_requantize_vectors_s16(&t);
}

#endif
