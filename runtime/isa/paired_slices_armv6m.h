/* Slices of paired pixels for Armv6-M, in assembly: the loops of paired_armv6m.h. A slice takes some 30
 * instructions more for each channel than one pass over all taps would, and may cut a chunk.
 */
#ifndef NN_ISA_PAIRED_SLICES_ARMV6M_H
#define NN_ISA_PAIRED_SLICES_ARMV6M_H

/* clang-format off */
/* Accumulators from memory and to memory, where the pointer to them moves on. */
#define NN_PAIRED_LOAD_4                                                                                     \
  "ldr r5, [r0, #36]\n ldmia r5!, {r3, r4, r6, r7}\n mov r8, r3\n mov r9, r4\n mov r10, r6\n mov r11, r7\n"   \
  NN_PAIRED_BEGIN "mov r7, r6\n"
#define NN_PAIRED_LOAD_2                                                                                     \
  "ldr r5, [r0, #36]\n ldmia r5!, {r3, r4}\n mov r8, r3\n mov r9, r4\n" NN_PAIRED_BEGIN
#define NN_PAIRED_STORE_4                                                                                    \
  NN_PAIRED_DONE "ldr r5, [r0, #36]\n mov r3, r8\n mov r4, r9\n mov r6, r10\n mov r7, r11\n"                 \
  "stmia r5!, {r3, r4, r6, r7}\n str r5, [r0, #36]\n" NN_PAIRED_ON
#define NN_PAIRED_STORE_2                                                                                    \
  NN_PAIRED_DONE "ldr r5, [r0, #36]\n mov r3, r8\n mov r4, r9\n stmia r5!, {r3, r4}\n str r5, [r0, #36]\n"    \
  NN_PAIRED_ON
/* To the next channel; r1 stays. */
#define NN_PAIRED_ON                                                                                         \
  "ldr r2, [r0, #8]\n adds r2, r2, #8\n str r2, [r0, #8]\n ldr r2, [r0, #24]\n subs r2, r2, #1\n"             \
  "str r2, [r0, #24]\n beq 5f\n b 1b\n 5:\n"

/* Of the first slice bit 0 of t->slice is set, of the last bit 1. `bytes` are those of the accumulators. */
#define NN_PAIRED_FROM(channel, load)                                                                        \
  "ldr r5, [r0, #44]\n lsrs r5, r5, #1\n bcc 20f\n" channel "b 2f\n 20:\n" load
#define NN_PAIRED_TO(bytes, store, outputs)                                                                  \
  "ldr r5, [r4, #44]\n lsrs r5, r5, #2\n bcs 21f\n" store "b 22f\n"                                           \
  "21: ldr r5, [r4, #36]\n adds r5, r5, #" bytes "\n str r5, [r4, #36]\n" outputs "22:\n"

static __attribute__((naked, noinline, unused)) void nn_paired_slice_4_s8(nn_paired_t *t
                                                                          __attribute__((unused))) {
  __asm__ volatile(NN_PAIRED_RUN_4(NN_PAIRED_FROM(NN_PAIRED_CHANNEL_4, NN_PAIRED_LOAD_4),
                                   NN_PAIRED_TO("16", NN_PAIRED_STORE_4, NN_PAIRED_OUTPUTS_4)));
}

static __attribute__((naked, noinline, unused)) void nn_paired_slice_2_s8(nn_paired_t *t
                                                                          __attribute__((unused))) {
  __asm__ volatile(NN_PAIRED_RUN_2(NN_PAIRED_FROM(NN_PAIRED_CHANNEL, NN_PAIRED_LOAD_2),
                                   NN_PAIRED_TO("8", NN_PAIRED_STORE_2, NN_PAIRED_OUTPUTS_2)));
}
/* clang-format on */

typedef char nn_paired_slice_is_where_the_assembly_looks[offsetof(nn_paired_t, slice) == 44 ? 1 : -1];

#endif
