/* 2 / (1 + exp(-x)) of nn_fixed_s16.h for cores with the Arm DSP extension, in assembly: 48 instructions.
 *
 * A product of int16 values a * b is rounded to (a * b + 2^14) >> 15. With b as a constant b * 2^17 that is
 * one SMMULR of a; with b * 2^17 - 2^32, where b * 2^17 does not fit, one SMMLAR that adds a again.
 */
#ifndef NN_ISA_SIGMOID_ARMV7EM_H
#define NN_ISA_SIGMOID_ARMV7EM_H

/* clang-format off */
/* Two factors, where bits 32 - shift (carry) and 31 - shift (sign) of r0 ask for them; the sign's comes first. */
#define NN_SIGMOID_FACTORS(shift, first, second)                                                             \
  "lsls r12, r0, #" shift "\n it mi\n " first "\n it cs\n " second "\n"
/* x += 4 * (((1 << 13) - half * x) * x): r3 2 * half, r0 x * 2^16 + 1. The 1 makes ties of half * x go up
 * although it is subtracted. */
#define NN_SIGMOID_NEWTON                                                                                    \
  "smmlsr r7, r3, r0, r6\n smlabt r7, r7, r0, r2\n asr r7, r7, #15\n add r0, r0, r7, lsl #18\n"
/* r0 becomes nn_sigmoid_s16(r0); r1 to r9 and r12 change. The table stands somewhere behind. */
#define NN_SIGMOID                                                                                           \
  "adr r1, 90f\n ldm r1!, {r2, r3, r4, r5, r6, r12}\n"                                                       \
  "ubfx r7, r0, #0, #10\n sub r3, r3, r7, lsl #3\n"          /* x */                                         \
  "mla r7, r3, r3, r2\n asr r7, r7, #15\n"                   /* x^2 */                                       \
  "mla r8, r7, r3, r2\n asr r8, r8, #15\n"                   /* x^3 */                                       \
  "mla r9, r7, r7, r12\n add r8, r8, r9, asr #17\n"          /* x^3 + x^4 / 4 */                             \
  "smmlar r8, r8, r4, r7\n add r8, r8, #1\n add r3, r3, r8, asr #1\n"                                        \
  "add r6, r6, r3\n smmlar r3, r3, r5, r6\n"                                                                 \
  "ldm r1!, {r4, r5, r6, r7, r8, r9}\n"                                                                      \
  NN_SIGMOID_FACTORS("21", "smmlarmi r3, r3, r4, r3", "smmlarcs r3, r3, r5, r3")                             \
  NN_SIGMOID_FACTORS("19", "smmulrmi r3, r3, r6", "smmulrcs r3, r3, r7")                                     \
  NN_SIGMOID_FACTORS("17", "smmulrmi r3, r3, r8", "smmulrcs r3, r3, r9")                                     \
  "ldm r1, {r4, r5, r6}\n add r3, r3, #32768\n bic r3, r3, #1\n"                                             \
  "smmulr r7, r3, r4\n add r0, r5, r7, lsl #16\n" NN_SIGMOID_NEWTON NN_SIGMOID_NEWTON NN_SIGMOID_NEWTON
#define NN_SIGMOID_TABLE                                                                                     \
  ".balign 4\n"                                                                                              \
  "90: .word 16384, 4088, 10923 << 17, (28918 << 17) & 0xffffffff, 28918, 16384 + 65536\n"                   \
  ".word (25520 << 17) & 0xffffffff, (19875 << 17) & 0xffffffff, 12055 << 17, 4435 << 17\n"                  \
  ".word 600 << 17, 11 << 17, -15420 << 16, (23130 << 16) + 1, 8192\n"

static __attribute__((naked, noinline, unused)) int32_t nn_sigmoid_s16(int32_t m __attribute__((unused))) {
  __asm__ volatile("push {r4, r5, r6, r7, r8, r9, lr}\n" NN_SIGMOID
                   "pop {r4, r5, r6, r7, r8, r9, pc}\n" NN_SIGMOID_TABLE);
}
/* clang-format on */

#endif
