/* Lanes of float channels for cores with MVE, in assembly: VFMA of a vector of weights by a number. Two taps
 * of 8 channels and 3 pixels are 48 products in 20 instructions, four of 8 channels and one pixel 32 in 18.
 *
 * Registers: r0, r1, r2 the pixels, r3 the weights, r4 to r9 taps, r10 the bytes of a tap's weights, r11 how
 * many taps, r12 the sums, which are q0 to q5; q6 and q7 are weights.
 */
#ifndef NN_ISA_LANES_MVE_H
#define NN_ISA_LANES_MVE_H

#include <arm_mve.h>

#include "isa/vectors_f32_mve.h"

/* Products with a tap of a pixel: sums a and b. */
#define NN_LANES_TAP(a, b, x) "vfma.f32 " a ", q6, " x "\n vfma.f32 " b ", q7, " x "\n"
#define NN_LANES_EIGHT "vldrw.u32 q6, [r3], #16\n vldrw.u32 q7, [r3], #16\n"
#define NN_LANES_FOUR(q) "vldrw.u32 " q ", [r3]\n add r3, r3, r10\n"
#define NN_LANES_3(x0, x1, x2)                                                                               \
  NN_LANES_TAP("q0", "q1", x0) NN_LANES_TAP("q2", "q3", x1) NN_LANES_TAP("q4", "q5", x2)
#define NN_LANES_3_OF_4(q, x0, x1, x2)                                                                       \
  "vfma.f32 q0, " q ", " x0 "\n vfma.f32 q2, " q ", " x1 "\n vfma.f32 q4, " q ", " x2 "\n"
#define NN_LANES_ENTER                                                                                       \
  "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n mov r12, r3\n mov r3, r1\n"           \
  "mov r11, r2\n"
#define NN_LANES_LEAVE "vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n"
/* Three pixels and pairs of taps, then one that is left over. */
#define NN_LANES_RUN_3(load, store, two, one)                                                                \
  NN_LANES_ENTER "ldrd r4, r10, [sp, #104]\n add r1, r0, r4, lsl #2\n add r2, r1, r4, lsl #2\n"              \
                 "lsl r10, r10, #2\n" load "lsr lr, r11, #1\n wls lr, lr, 2f\n"                              \
                 "1: ldrd r4, r5, [r0], #8\n ldrd r6, r7, [r1], #8\n ldrd r8, r9, [r2], #8\n" two            \
                 "le lr, 1b\n2: lsls r11, r11, #31\n beq 3f\n"                                               \
                 "ldr r4, [r0]\n ldr r6, [r1]\n ldr r8, [r2]\n" one "3: " store NN_LANES_LEAVE
/* One pixel and four taps at a time, then one at a time. */
#define NN_LANES_RUN_1(load, store, four, one)                                                               \
  NN_LANES_ENTER "ldr r10, [sp, #108]\n lsl r10, r10, #2\n" load "lsr lr, r11, #2\n wls lr, lr, 2f\n"        \
                 "1: ldm r0!, {r4, r5, r6, r7}\n" four "le lr, 1b\n2: and r11, r11, #3\n wls lr, r11, 4f\n"  \
                 "3: ldr r4, [r0], #4\n" one "le lr, 3b\n4: " store NN_LANES_LEAVE

/* clang-format off */
static __attribute__((naked, noinline, unused)) void
nn_lanes_8x3_f32(const float *x __attribute__((unused)), const float *w __attribute__((unused)),
                 int32_t n __attribute__((unused)), float *sums __attribute__((unused)),
                 int32_t step __attribute__((unused)), int32_t lanes __attribute__((unused))) {
  __asm__ volatile(NN_LANES_RUN_3(
      "vldrw.u32 q0, [r12]\n vldrw.u32 q1, [r12, #16]\n vldrw.u32 q2, [r12, #32]\n"
      "vldrw.u32 q3, [r12, #48]\n vldrw.u32 q4, [r12, #64]\n vldrw.u32 q5, [r12, #80]\n",
      "vstrw.32 q0, [r12]\n vstrw.32 q1, [r12, #16]\n vstrw.32 q2, [r12, #32]\n"
      "vstrw.32 q3, [r12, #48]\n vstrw.32 q4, [r12, #64]\n vstrw.32 q5, [r12, #80]\n",
      NN_LANES_EIGHT NN_LANES_3("r4", "r6", "r8") NN_LANES_EIGHT NN_LANES_3("r5", "r7", "r9"),
      NN_LANES_EIGHT NN_LANES_3("r4", "r6", "r8")));
}

/* Up to 4 channels: what the other lanes hold is not stored. */
static __attribute__((naked, noinline, unused)) void
nn_lanes_4x3_f32(const float *x __attribute__((unused)), const float *w __attribute__((unused)),
                 int32_t n __attribute__((unused)), float *sums __attribute__((unused)),
                 int32_t step __attribute__((unused)), int32_t lanes __attribute__((unused))) {
  __asm__ volatile(NN_LANES_RUN_3(
      "vldrw.u32 q0, [r12]\n vldrw.u32 q2, [r12, #32]\n vldrw.u32 q4, [r12, #64]\n",
      "vstrw.32 q0, [r12]\n vstrw.32 q2, [r12, #32]\n vstrw.32 q4, [r12, #64]\n",
      NN_LANES_FOUR("q6") NN_LANES_FOUR("q7")
      NN_LANES_3_OF_4("q6", "r4", "r6", "r8") NN_LANES_3_OF_4("q7", "r5", "r7", "r9"),
      NN_LANES_FOUR("q6") NN_LANES_3_OF_4("q6", "r4", "r6", "r8")));
}

static __attribute__((naked, noinline, unused)) void
nn_lanes_8x1_f32(const float *x __attribute__((unused)), const float *w __attribute__((unused)),
                 int32_t n __attribute__((unused)), float *sums __attribute__((unused)),
                 int32_t step __attribute__((unused)), int32_t lanes __attribute__((unused))) {
  __asm__ volatile(NN_LANES_RUN_1(
      "vldrw.u32 q0, [r12]\n vldrw.u32 q1, [r12, #16]\n",
      "vstrw.32 q0, [r12]\n vstrw.32 q1, [r12, #16]\n",
      NN_LANES_EIGHT NN_LANES_TAP("q0", "q1", "r4") NN_LANES_EIGHT NN_LANES_TAP("q0", "q1", "r5")
      NN_LANES_EIGHT NN_LANES_TAP("q0", "q1", "r6") NN_LANES_EIGHT NN_LANES_TAP("q0", "q1", "r7"),
      NN_LANES_EIGHT NN_LANES_TAP("q0", "q1", "r4")));
}

static __attribute__((naked, noinline, unused)) void
nn_lanes_4x1_f32(const float *x __attribute__((unused)), const float *w __attribute__((unused)),
                 int32_t n __attribute__((unused)), float *sums __attribute__((unused)),
                 int32_t step __attribute__((unused)), int32_t lanes __attribute__((unused))) {
  __asm__ volatile(NN_LANES_RUN_1(
      "vldrw.u32 q0, [r12]\n", "vstrw.32 q0, [r12]\n",
      NN_LANES_FOUR("q6") "vfma.f32 q0, q6, r4\n" NN_LANES_FOUR("q7") "vfma.f32 q0, q7, r5\n"
      NN_LANES_FOUR("q6") "vfma.f32 q0, q6, r6\n" NN_LANES_FOUR("q7") "vfma.f32 q0, q7, r7\n",
      NN_LANES_FOUR("q6") "vfma.f32 q0, q6, r4\n"));
}
/* clang-format on */

/* What the assembly of nn_lanes_store_f32 works on. */
typedef struct {
  const float *sums, *bias;
  float *out;
  float low, high;
  int32_t step, lanes, pixels; /* bytes from a pixel to the next */
} nn_lanes_out_t;

/* clang-format off */
/* r0 the sums, r1 the bias, then in q2 and q3, r2 the outputs, r3 and r4 the clamp, r5 the step, r6 lanes; */
static __attribute__((naked, noinline, unused)) void
nn_lanes_out_8_f32(const nn_lanes_out_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, lr}\n ldm r0, {r0, r1, r2, r3, r4, r5, r6, lr}\n"
      "vldrw.u32 q2, [r1]\n vldrw.u32 q3, [r1, #16]\n dls lr, lr\n"
      "1: vldrw.u32 q0, [r0], #16\n vldrw.u32 q1, [r0], #16\n vadd.f32 q0, q0, q2\n vadd.f32 q1, q1, q3\n"
      NN_CLAMP_VECTOR("q0", "r3", "r4") NN_CLAMP_VECTOR("q1", "r3", "r4")
      "vstrw.32 q0, [r2]\n vstrw.32 q1, [r2, #16]\n add r2, r2, r5\n le lr, 1b\n pop {r4, r5, r6, pc}\n");
}

static __attribute__((naked, noinline, unused)) void
nn_lanes_out_4_f32(const nn_lanes_out_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, lr}\n ldm r0, {r0, r1, r2, r3, r4, r5, r6, lr}\n"
      "vctp.32 r6\n vpst\n vldrwt.u32 q2, [r1]\n dls lr, lr\n"
      "1: vldrw.u32 q0, [r0], #32\n vadd.f32 q0, q0, q2\n" NN_CLAMP_VECTOR("q0", "r3", "r4")
      "vctp.32 r6\n vpst\n vstrwt.32 q0, [r2]\n add r2, r2, r5\n le lr, 1b\n pop {r4, r5, r6, pc}\n");
}
/* clang-format on */

NN_KERNEL void nn_lanes_store_f32(const nn_lane_sums_t *sums, const float *bias, float low, float high,
                                  int32_t lanes, int32_t pixels, int32_t step, float *out) {
  const nn_lanes_out_t t = {sums->of[0], bias, out, low, high, step * (int32_t)sizeof(float), lanes, pixels};
  if (lanes == NN_LANES) {
    nn_lanes_out_8_f32(&t);
  } else {
    nn_lanes_out_4_f32(&t);
  }
}

NN_KERNEL void nn_lanes_clear_f32(nn_lane_sums_t *sums) {
  const float32x4_t zero = vdupq_n_f32(0.0f);
  for (int32_t j = 0; j < NN_LANE_PIXELS; ++j) {
    vst1q_f32(sums->of[j], zero);
    vst1q_f32(sums->of[j] + 4, zero);
  }
}

NN_KERNEL void nn_lanes_add_f32(const float *x, int32_t step, const float *w, int32_t n, int32_t lanes,
                                int32_t pixels, nn_lane_sums_t *sums) {
  const int32_t three = pixels != 1;
  if (lanes == NN_LANES) {
    three ? nn_lanes_8x3_f32(x, w, n, sums->of[0], step, lanes)
          : nn_lanes_8x1_f32(x, w, n, sums->of[0], step, lanes);
  } else {
    three ? nn_lanes_4x3_f32(x, w, n, sums->of[0], step, lanes)
          : nn_lanes_4x1_f32(x, w, n, sums->of[0], step, lanes);
  }
}

#endif
