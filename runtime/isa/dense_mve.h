/* Dense layers by fours for cores with MVE, in assembly: 64 products in 10 instructions. Instruction counts:
 * tests/bench.
 *
 * Registers in the loop: r0, r2, r4, r6 sums; r1 data; r9, r3, r5, r7 weights; r8 biases, r10 scales, r11
 * where the outputs go, r12 the struct, lr counts inputs. q6 and q7 hold the clamp.
 */
#ifndef NN_ISA_DENSE_MVE_H
#define NN_ISA_DENSE_MVE_H

#include <stddef.h>

/* clang-format off */
static __attribute__((naked, noinline, unused)) void nn_dense_s8(const nn_dense_t *t
                                                                 __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d12-d15}\n"
      "mov r12, r0\n ldrd r0, r1, [r12, #32]\n vdup.32 q6, r0\n vdup.32 q7, r1\n"
      "ldrd r9, r8, [r12, #4]\n ldrd r10, r11, [r12, #12]\n"
      "1: ldm r8!, {r0, r2, r4, r6}\n ldr r1, [r12, #0]\n ldr lr, [r12, #24]\n"
      "add r3, r9, lr\n add r5, r3, lr\n add r7, r5, lr\n dlstp.8 lr, lr\n"
      "2: vldrb.8 q0, [r1], #16\n vldrb.8 q1, [r9], #16\n vmladava.s8 r0, q0, q1\n"
      "vldrb.8 q2, [r3], #16\n vmladava.s8 r2, q0, q2\n"
      "vldrb.8 q1, [r5], #16\n vmladava.s8 r4, q0, q1\n"
      "vldrb.8 q2, [r7], #16\n vmladava.s8 r6, q0, q2\n letp lr, 2b\n"
      "vmov q0[2], q0[0], r0, r4\n vmov q0[3], q0[1], r2, r6\n"
      "vldrw.32 q1, [r10]\n vmulh.s32 q0, q0, q1\n vldrw.32 q2, [r10, #16]\n vadd.i32 q0, q0, q2\n"
      "vldrw.32 q1, [r10, #32]\n vshl.s32 q0, q0, q1\n vmax.s32 q0, q0, q6\n vmin.s32 q0, q0, q7\n"
      "mov r1, r11\n vstrb.32 q0, [r1]\n add r11, #4\n"
      "ldrd r1, r2, [r12, #20]\n ldr r3, [r12, #28]\n add r10, r10, r3, lsl #2\n"
      /* the weights of the next four: 3 rows on from the last one's end, which is rounded up to 16 */
      "add r4, r2, #15\n bic r4, r4, #15\n sub r4, r2, r4\n add r9, r7, r4\n"
      "cmp r11, r1\n bne 1b\n"
      "vpop {d12-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n");
}
/* clang-format on */

typedef char nn_dense_offsets_are_as_in_the_assembly
    [offsetof(nn_dense_t, weights) == 4 && offsetof(nn_dense_t, scales) == 12 &&
             offsetof(nn_dense_t, end) == 20 && offsetof(nn_dense_t, in_c) == 24 &&
             offsetof(nn_dense_t, scale_step) == 28 && offsetof(nn_dense_t, low) == 32
         ? 1
         : -1];

#endif
