/* Rows of 3x3 depthwise convolutions for Armv6-M: the columns inside the image in assembly, with eight
 * registers that most instructions take. Included by nn_depthwise_3x3_s8.h.
 */
#ifndef NN_ISA_DEPTHWISE_3X3_ARMV6M_H
#define NN_ISA_DEPTHWISE_3X3_ARMV6M_H

#include <stddef.h>

/* What a channel's outputs are computed with, in the order in which they are. */
typedef struct {
  int32_t weights[9]; /* columns 2, 1 and 0 of the kernel, each from row 0 to 2 */
  int32_t bias;
  int32_t low, high;    /* halves of the multiplier */
  int32_t positive;     /* 2^30 + 2^14: see isa/paired_armv6m.h, NN_PAIRED_OUTPUT */
  int32_t round, right; /* round has the zero point, and takes positive's 2^30 off again */
  int8_t *out;
  int32_t stride;
  int8_t *end;
  int32_t acc, next; /* the sums of the output pixel that is begun, and of the one after it */
} nn_columns_3x3_t;

/* clang-format off */
/* Three pixels in r0 to r2 times a column of weights: r3. */
#define NN_COLUMN_3X3                                                                                        \
  "ldmia r6!, {r3, r4, r5}\n muls r3, r0, r3\n muls r4, r1, r4\n muls r5, r2, r5\n adds r3, r3, r4\n"        \
  "adds r3, r3, r5\n"

/* An output for each column of pixels, beginning at row0, row1 and row2. r8 acc, r9 next, r10 the offset of the
 * column, r11, r12 and lr the rows, r7 the sum that is complete. */
static __attribute__((naked, noinline, unused)) void nn_columns_3x3_s8(
    nn_columns_3x3_t *t __attribute__((unused)), const int8_t *row0 __attribute__((unused)),
    const int8_t *row1 __attribute__((unused)), const int8_t *row2 __attribute__((unused))) {
  __asm__ volatile(
      ".syntax unified\n push {r4, r5, r6, r7, lr}\n mov r4, r8\n mov r5, r9\n mov r6, r10\n mov r7, r11\n"
      "push {r0, r4, r5, r6, r7}\n mov r11, r1\n mov r12, r2\n mov lr, r3\n"
      "ldr r4, [r0, #72]\n mov r8, r4\n ldr r4, [r0, #76]\n mov r9, r4\n movs r4, #0\n mov r10, r4\n"
      "1: mov r7, r10\n mov r3, r11\n ldrsb r0, [r3, r7]\n mov r3, r12\n ldrsb r1, [r3, r7]\n mov r3, lr\n"
      "ldrsb r2, [r3, r7]\n ldr r6, [sp]\n"
      NN_COLUMN_3X3 "add r3, r8\n mov r7, r3\n"
      NN_COLUMN_3X3 "add r3, r9\n mov r8, r3\n"
      NN_COLUMN_3X3 "ldmia r6!, {r4, r5}\n adds r3, r3, r4\n mov r9, r3\n"
      "uxth r2, r7\n asrs r0, r7, #16\n movs r3, r2\n muls r3, r5, r3\n lsrs r3, r3, #16\n"
      "ldmia r6!, {r1, r4}\n muls r2, r1, r2\n adds r3, r3, r2\n movs r2, r0\n muls r2, r5, r2\n"
      "adds r3, r3, r2\n adds r3, r3, r4\n lsrs r3, r3, #15\n muls r0, r1, r0\n lsls r0, r0, #1\n"
      "adds r0, r0, r3\n ldmia r6!, {r1, r4}\n adds r0, r0, r1\n asrs r0, r0, r4\n"
      "sxtb r2, r0\n cmp r2, r0\n beq 2f\n asrs r0, r0, #31\n movs r2, #127\n eors r2, r2, r0\n"
      "2: ldmia r6!, {r1, r3}\n strb r2, [r1]\n adds r1, r1, r3\n add r10, r3\n ldr r4, [r6]\n"
      "subs r6, r6, #8\n str r1, [r6]\n cmp r1, r4\n bne 1b\n"
      "ldr r0, [sp]\n mov r4, r8\n str r4, [r0, #72]\n"
      "add sp, #4\n pop {r4, r5, r6, r7}\n mov r8, r4\n mov r9, r5\n mov r10, r6\n mov r11, r7\n"
      "pop {r4, r5, r6, r7, pc}\n");
}
/* clang-format on */

NN_SHARED void nn_depthwise_3x3_same_s8(const nn_depthwise_3x3_t *t) {
  for (int32_t channel = 0; channel < t->c; ++channel) {
    const nn_requantize_t scale = nn_unpack_channel(t->channels[channel], t->out_zero);
    int32_t bias = scale.bias;
    const nn_weights_3x3_t w = nn_weights_3x3_s8(t->weights + 9 * channel, t, &bias);
    const int8_t *row0 = t->row0 + channel, *row1 = t->row1 + channel, *row2 = t->row2 + channel;
    const nn_column_3_t zero = {nn_pair(t->in_zero, t->in_zero), t->in_zero};
    const nn_column_3_t first = nn_column_3_s8(row0, row1, row2, 0);
    nn_columns_3x3_t work = {{w.top[2].lo, w.top[2].hi, w.bottom2, w.top[1].lo, w.top[1].hi, w.bottom01.hi,
                              w.top[0].lo, w.top[0].hi, w.bottom01.lo},
                             bias,
                             scale.multiplier & 0xffff,
                             scale.multiplier >> 16,
                             (1 << 30) + (1 << 14),
                             scale.round - (1 << 15),
                             scale.right,
                             t->out + channel,
                             t->c,
                             t->out + channel + (t->pixels - 1) * t->c,
                             nn_mac_column_3(first, &w, 1, nn_mac_column_3(zero, &w, 0, bias)),
                             nn_mac_column_3(first, &w, 0, bias)};
    nn_columns_3x3_s8(&work, row0 + t->c, row1 + t->c, row2 + t->c);
    *work.end = nn_output_packed_s8(nn_mac_column_3(zero, &w, 2, work.acc), scale, NN_ROUND_UP);
  }
}

NN_SHARED void nn_depthwise_3x3_row_2_up_s8(const nn_depthwise_3x3_t *t) {
  nn_depthwise_3x3_row_s8(t, 2, NN_ROUND_UP);
}

typedef char nn_columns_offsets_are_as_in_the_assembly
    [offsetof(nn_columns_3x3_t, bias) == 36 && offsetof(nn_columns_3x3_t, positive) == 48 &&
             offsetof(nn_columns_3x3_t, out) == 60 && offsetof(nn_columns_3x3_t, end) == 68 &&
             offsetof(nn_columns_3x3_t, acc) == 72 && offsetof(nn_columns_3x3_t, next) == 76
         ? 1
         : -1];

#endif
