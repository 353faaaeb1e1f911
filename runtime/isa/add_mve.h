/* Sums of pairs of int8 for cores with MVE, in assembly: 4 of them in 10 instructions. */
#ifndef NN_ISA_ADD_MVE_H
#define NN_ISA_ADD_MVE_H

#include <stddef.h>

/* r0-r3 as below, the number of elements on the stack; */
static __attribute__((naked, noinline, unused)) void
nn_add_run_s8(const nn_add_s8_t *p __attribute__((unused)), const int8_t *a __attribute__((unused)),
              const int8_t *b __attribute__((unused)), int8_t *out __attribute__((unused)),
              int32_t n __attribute__((unused))) {
  __asm__ volatile("push {r4, r5, r6, lr}\n ldr lr, [sp, #16]\n"
                   "ldrd r4, r5, [r0, #16]\n vdup.32 q2, r4\n vdup.32 q3, r5\n"
                   "ldm r0, {r0, r4, r5, r6}\n rsb r6, r6, #0\n"
                   "wlstp.32 lr, lr, 2f\n"
                   "1: vldrb.s32 q0, [r1], #4\n vldrb.s32 q1, [r2], #4\n"
                   "vmul.i32 q0, q0, r0\n vmla.s32 q0, q1, r4\n vadd.i32 q0, q0, r5\n vshl.s32 q0, r6\n"
                   "vmax.s32 q0, q0, q2\n vmin.s32 q0, q0, q3\n vstrb.32 q0, [r3], #4\n letp lr, 1b\n"
                   "2: pop {r4, r5, r6, pc}\n");
}

typedef char nn_add_offsets_are_as_in_the_assembly
    [offsetof(nn_add_s8_t, start) == 8 && offsetof(nn_add_s8_t, low) == 16 ? 1 : -1];

#endif
