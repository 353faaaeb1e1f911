/* Dense layers of int16 for cores with MVE: 32 products in 10 instructions. */
#ifndef NN_ISA_DENSE_S16_MVE_H
#define NN_ISA_DENSE_S16_MVE_H

#include <arm_mve.h>

/* Sums in r0, r2, r4, r6 (VMLADAVA takes even registers), weights at r1, r3, r5, r7 (VLDRB.S16 takes low
 * ones), inputs at r8. */
static __attribute__((naked, noinline, unused)) void
nn_dot_1x4_rows_s16(const int16_t *x __attribute__((unused)),
                    const int8_t *const w[4] __attribute__((unused)), int32_t n __attribute__((unused)),
                    int32_t sums[4] __attribute__((unused))) {
  __asm__ volatile("push {r4, r5, r6, r7, r8, r9, r10, lr}\n mov r8, r0\n mov r9, r3\n mov lr, r2\n"
                   "ldrd r3, r5, [r1, #4]\n ldr r7, [r1, #12]\n ldr r1, [r1]\n"
                   "mov r0, #0\n mov r2, #0\n mov r4, #0\n mov r6, #0\n dlstp.16 lr, lr\n"
                   "1: vldrh.u16 q0, [r8], #16\n vldrb.s16 q1, [r1], #8\n vmladava.s16 r0, q0, q1\n"
                   "vldrb.s16 q2, [r3], #8\n vmladava.s16 r2, q0, q2\n"
                   "vldrb.s16 q1, [r5], #8\n vmladava.s16 r4, q0, q1\n"
                   "vldrb.s16 q2, [r7], #8\n vmladava.s16 r6, q0, q2\n letp lr, 1b\n"
                   "stm r9, {r0, r2, r4, r6}\n pop {r4, r5, r6, r7, r8, r9, r10, pc}\n");
}

/* nn_rescale_real_s16 where the products tell the results. */
NN_KERNEL int nn_rescale_fours_s16(const int32_t sums[4], const nn_scale_t *multipliers, int32_t step,
                                   int32_t low, int32_t high, int16_t out[4]) {
  int32x4_t multiplier = vdupq_n_s32(multipliers->multiplier), right = vdupq_n_s32(multipliers->right);
  if (step != 0) {
    const int32x4x2_t each = vld2q_s32((const int32_t *)(const void *)multipliers);
    multiplier = each.val[0];
    right = each.val[1];
  }
  const int32x4_t product = vmulhq_s32(vld1q_s32(sums), multiplier), left = vnegq_s32(right);
  const int32x4_t half = vshlq_s32(vdupq_n_s32(1), vsubq_n_s32(right, 1));
  const int32x4_t middle = vaddq_s32(product, half);
  const int32x4_t least = vshlq_s32(vsubq_n_s32(middle, 2), left);
  const int32x4_t most = vshlq_s32(vaddq_n_s32(middle, 2), left);
  const int32x4_t result = vmaxq_s32(vminq_s32(least, vdupq_n_s32(high)), vdupq_n_s32(low));
  vstrhq_s32(out, result);
  return vaddvq_s32(vsubq_s32(most, least)) == 0;
}

typedef char nn_scales_are_two_words[sizeof(nn_scale_t) == 8 ? 1 : -1];

#endif
