/* Lanes of a depthwise convolution for cores with MVE: four channels of four pixels, in assembly. A row of
 * three taps where pixels' are one input apart takes 33 instructions for 48 products, any other tap 15
 * for 16.
 */
#ifndef NN_ISA_DEPTHWISE_LANES_MVE_H
#define NN_ISA_DEPTHWISE_LANES_MVE_H

#include <stddef.h>

#include "isa/vectors_f32_mve.h"

/* What the assembly works on; distances in bytes. Begins with what one LDM loads. */
typedef struct {
  const float *const *rows;
  int32_t step; /* from a tap's weights, or an output pixel, to the next */
  int32_t count, at;
  float *out;
  const float *bias;
  float low, high;
  int32_t groups; /* of four channels, not yet done */
  const float *w;
  int32_t pixel, tap; /* from a pixel or tap to the next in the input */
  int32_t taps, skip; /* taps in a row, and from its end to the weights of the next */
} nn_depthwise_run_t;

#define NN_DEPTHWISE_LEAVE "vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n"
#define NN_DEPTHWISE_CLEAR "vmov.i32 q0, #0\n vmov.i32 q1, #0\n vmov.i32 q2, #0\n vmov.i32 q3, #0\n"
/* A pixel's outputs: bias in q4, to r2, which goes on by r4. */
#define NN_DEPTHWISE_OUTPUT(q)                                                                               \
  "vadd.f32 " q ", " q ", q4\n" NN_CLAMP_VECTOR(q, "r9", "r10") "vstrw.32 " q ", [r2]\n add r2, r2, r4\n"
#define NN_DEPTHWISE_OUTPUTS                                                                                 \
  NN_DEPTHWISE_OUTPUT("q0") NN_DEPTHWISE_OUTPUT("q1") NN_DEPTHWISE_OUTPUT("q2") NN_DEPTHWISE_OUTPUT("q3")

/* clang-format off */
/* Rows of three taps: r1 the rows, r2 the input, r3 the weights, q4 to q6. */
static __attribute__((naked, noinline, unused)) void
nn_depthwise_strip_3_f32(const nn_depthwise_run_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n"
      "ldm r0, {r1, r4, r5, r6, r7, r8, r9, r10, r11, r12}\n"
      "1: mov r0, r1\n mov r3, r12\n" NN_DEPTHWISE_CLEAR "wls lr, r5, 3f\n"
      "2: ldr r2, [r0], #4\n add r2, r2, r6\n"
      "vldrw.u32 q4, [r3]\n add r3, r3, r4\n vldrw.u32 q5, [r3]\n add r3, r3, r4\n"
      "vldrw.u32 q6, [r3]\n add r3, r3, r4\n"
      "vldrw.u32 q7, [r2]\n add r2, r2, r4\n vfma.f32 q0, q7, q4\n"
      "vldrw.u32 q7, [r2]\n add r2, r2, r4\n vfma.f32 q0, q7, q5\n vfma.f32 q1, q7, q4\n"
      "vldrw.u32 q7, [r2]\n add r2, r2, r4\n vfma.f32 q0, q7, q6\n vfma.f32 q1, q7, q5\n vfma.f32 q2, q7, q4\n"
      "vldrw.u32 q7, [r2]\n add r2, r2, r4\n vfma.f32 q1, q7, q6\n vfma.f32 q2, q7, q5\n vfma.f32 q3, q7, q4\n"
      "vldrw.u32 q7, [r2]\n add r2, r2, r4\n vfma.f32 q2, q7, q6\n vfma.f32 q3, q7, q5\n"
      "vldrw.u32 q7, [r2]\n vfma.f32 q3, q7, q6\n"
      "le lr, 2b\n"
      "3: vldrw.u32 q4, [r8], #16\n mov r2, r7\n" NN_DEPTHWISE_OUTPUTS
      "add r6, r6, #16\n add r7, r7, #16\n add r12, r12, #16\n subs r11, r11, #1\n bne 1b\n"
      NN_DEPTHWISE_LEAVE);
}

/* Any taps: r2, r9, r10, r11 the pixels' inputs, r3 the weights, r5 from a tap to the next, r7 rows to go. */
static __attribute__((naked, noinline, unused)) void
nn_depthwise_strip_any_f32(nn_depthwise_run_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n"
      "ldr r4, [r0, #4]\n ldrd r6, r8, [r0, #12]\n ldr r5, [r0, #44]\n"
      "1: ldr r1, [r0]\n ldr r7, [r0, #8]\n ldr r3, [r0, #36]\n" NN_DEPTHWISE_CLEAR "cbz r7, 4f\n"
      "2: ldr r2, [r1], #4\n add r2, r2, r6\n ldr r12, [r0, #40]\n add r9, r2, r12\n add r10, r9, r12\n"
      "add r11, r10, r12\n ldr r12, [r0, #48]\n dls lr, r12\n"
      "3: vldrw.u32 q4, [r3]\n add r3, r3, r4\n"
      "vldrw.u32 q5, [r2]\n add r2, r2, r5\n vfma.f32 q0, q5, q4\n"
      "vldrw.u32 q6, [r9]\n add r9, r9, r5\n vfma.f32 q1, q6, q4\n"
      "vldrw.u32 q7, [r10]\n add r10, r10, r5\n vfma.f32 q2, q7, q4\n"
      "vldrw.u32 q5, [r11]\n add r11, r11, r5\n vfma.f32 q3, q5, q4\n"
      "le lr, 3b\n subs r7, r7, #1\n bne 2b\n"
      "4: ldr r12, [r0, #20]\n vldrw.u32 q4, [r12], #16\n str r12, [r0, #20]\n mov r2, r8\n"
      "ldrd r9, r10, [r0, #24]\n" NN_DEPTHWISE_OUTPUTS
      "ldr r3, [r0, #36]\n add r3, r3, #16\n str r3, [r0, #36]\n add r6, r6, #16\n add r8, r8, #16\n"
      "ldr r11, [r0, #32]\n subs r11, r11, #1\n str r11, [r0, #32]\n bne 1b\n" NN_DEPTHWISE_LEAVE);
}

/* The same of one pixel, where taps may be outside of the image. */
static __attribute__((naked, noinline, unused)) void
nn_depthwise_lane_f32(nn_depthwise_run_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n"
      "ldrd r4, r7, [r0, #4]\n ldrd r6, r8, [r0, #12]\n ldr r5, [r0, #44]\n ldrd r9, r10, [r0, #24]\n"
      "1: ldr r1, [r0]\n mov r12, r7\n ldr r3, [r0, #36]\n vmov.i32 q0, #0\n cbz r7, 4f\n"
      "2: ldr r2, [r1], #4\n add r2, r2, r6\n ldr r11, [r0, #48]\n wls lr, r11, 5f\n"
      "3: vldrw.u32 q4, [r3]\n add r3, r3, r4\n vldrw.u32 q5, [r2]\n add r2, r2, r5\n vfma.f32 q0, q5, q4\n"
      "le lr, 3b\n5: ldr r11, [r0, #52]\n add r3, r3, r11\n subs r12, r12, #1\n bne 2b\n"
      "4: ldr r12, [r0, #20]\n vldrw.u32 q4, [r12], #16\n str r12, [r0, #20]\n mov r2, r8\n"
      NN_DEPTHWISE_OUTPUT("q0")
      "ldr r3, [r0, #36]\n add r3, r3, #16\n str r3, [r0, #36]\n add r6, r6, #16\n add r8, r8, #16\n"
      "ldr r11, [r0, #32]\n subs r11, r11, #1\n str r11, [r0, #32]\n bne 1b\n" NN_DEPTHWISE_LEAVE);
}
/* clang-format on */

/* `groups` times four channels, from c on. */
NN_KERNEL void nn_depthwise_groups_f32(const nn_depthwise_conv_2d_lanes_f32_t p,
                                       const nn_lane_window_t *window, int32_t pixels, int32_t c,
                                       int32_t groups, const float *bias, float *out) {
  const int32_t size = (int32_t)sizeof(float), step = p.c * size;
  nn_depthwise_run_t run = {window->rows,
                            step,
                            window->count,
                            (window->at + c) * size,
                            out + c,
                            bias + c,
                            p.low,
                            p.high,
                            groups,
                            window->w + c,
                            p.stride_w * step,
                            p.dilation_w * step,
                            window->taps,
                            (p.k_w - window->taps) * step};
  if (pixels == 1) {
    nn_depthwise_lane_f32(&run);
  } else if (p.k_w == 3 && p.stride_w == 1 && p.dilation_w == 1) {
    nn_depthwise_strip_3_f32(&run);
  } else {
    nn_depthwise_strip_any_f32(&run);
  }
}

/* Where channels are no multiple of four, the last four are done by themselves, some of them again. */
NN_KERNEL void nn_depthwise_lanes_f32(const nn_depthwise_conv_2d_lanes_f32_t p,
                                      const nn_lane_window_t *window, int32_t pixels, const float *bias,
                                      float *out) {
  nn_depthwise_groups_f32(p, window, pixels, 0, p.c / 4, bias, out);
  if (p.c % 4 != 0) {
    nn_depthwise_groups_f32(p, window, pixels, p.c - 4, 1, bias, out);
  }
}

typedef char nn_depthwise_offsets_are_as_in_the_assembly
    [offsetof(nn_depthwise_run_t, count) == 8 && offsetof(nn_depthwise_run_t, at) == 12 &&
             offsetof(nn_depthwise_run_t, bias) == 20 && offsetof(nn_depthwise_run_t, low) == 24 &&
             offsetof(nn_depthwise_run_t, groups) == 32 && offsetof(nn_depthwise_run_t, w) == 36 &&
             offsetof(nn_depthwise_run_t, pixel) == 40 && offsetof(nn_depthwise_run_t, tap) == 44 &&
             offsetof(nn_depthwise_run_t, taps) == 48 && offsetof(nn_depthwise_run_t, skip) == 52
         ? 1
         : -1];

#endif
