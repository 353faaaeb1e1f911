/* Pairs of float32 for cores with MVE, in assembly: four of them in 10 instructions. */
#ifndef NN_ISA_PAIRS_F32_MVE_H
#define NN_ISA_PAIRS_F32_MVE_H

#include <stddef.h>

#include "isa/vectors_f32_mve.h"

/* r0 and r1 the operands, r2 the outputs, r3 how many, r4 and r12 the clamp; the loop is tail-predicated. */
#define NN_PAIRS_RUN(enter, load, operation)                                                                 \
  "push {r4, lr}\n ldrd r4, r12, [r0, #16]\n ldm r0, {r0, r1, r2, r3}\n" enter "wlstp.32 lr, r3, 2f\n"       \
  "1: vldrw.u32 q0, [r0], #16\n" load operation NN_CLAMP_VECTOR(                                             \
      "q0", "r4", "r12") "vstrw.32 q0, [r2], #16\n letp lr, 1b\n2: pop {r4, pc}\n"
#define NN_PAIRS_VECTOR "vldrw.u32 q1, [r1], #16\n"
#define NN_PAIRS_NUMBER "ldr r1, [r1]\n"

/* Two vectors, or a vector and a number. */
#define NN_PAIRS(name, instruction)                                                                          \
  static __attribute__((naked, noinline, unused)) void nn_pairs_##name##_f32(const nn_pairs_f32_t *t         \
                                                                             __attribute__((unused))) {      \
    __asm__ volatile(NN_PAIRS_RUN("", NN_PAIRS_VECTOR, instruction " q0, q0, q1\n"));                        \
  }                                                                                                          \
  static __attribute__((naked, noinline, unused)) void nn_pairs_##name##_number_f32(                         \
      const nn_pairs_f32_t *t __attribute__((unused))) {                                                     \
    __asm__ volatile(NN_PAIRS_RUN(NN_PAIRS_NUMBER, "", instruction " q0, q0, r1\n"));                        \
  }
NN_PAIRS(add, "vadd.f32")
NN_PAIRS(sub, "vsub.f32")
NN_PAIRS(mul, "vmul.f32")

NN_KERNEL int nn_pairs_f32(int32_t operation, int32_t a_step, int32_t b_step, const nn_pairs_f32_t *t) {
  const int32_t vectors = a_step == 1 && b_step == 1, number = a_step == 1 && b_step == 0;
  if (!vectors && !number) {
    return 0;
  }
  switch (operation) {
  case NN_ADD:
    vectors ? nn_pairs_add_f32(t) : nn_pairs_add_number_f32(t);
    return 1;
  case NN_SUB:
    vectors ? nn_pairs_sub_f32(t) : nn_pairs_sub_number_f32(t);
    return 1;
  case NN_MUL:
    vectors ? nn_pairs_mul_f32(t) : nn_pairs_mul_number_f32(t);
    return 1;
  default:
    return 0;
  }
}

typedef char nn_pairs_offsets_are_as_in_the_assembly
    [offsetof(nn_pairs_f32_t, n) == 12 && offsetof(nn_pairs_f32_t, low) == 16 ? 1 : -1];

#endif
