/* Lanes of an int16 depthwise convolution for cores with MVE, in assembly: a tap of eight channels of two
 * pixels takes 15 instructions for 16 products.
 *
 * Registers: r0 the struct, r1 the rows, r2 and r9 the pixels' inputs, r3 the weights, r4 from a tap's
 * weights to the next, r5 the same in the input, r6 the place in a row, r7 rows to go, r8 the channels'
 * constants, r10 from a pixel to the next, r11 taps. q0 and q1 the sums of the first pixel's even and odd
 * channels, q2 and q3 of the second's.
 */
#ifndef NN_ISA_DEPTHWISE_LANES_S16_MVE_H
#define NN_ISA_DEPTHWISE_LANES_S16_MVE_H

#include <stddef.h>

/* Distances in bytes. */
typedef struct {
  const int16_t *const *rows;
  int32_t count, at;
  const int8_t *w;
  int32_t step;       /* from a tap's weights to the next */
  int32_t tap, pixel; /* from a tap or pixel to the next in the input */
  int32_t taps, skip; /* taps in a row, and from its end to the weights of the next */
  const int32_t *lanes;
  int16_t *out;
  int32_t next; /* from a pixel's outputs to the other's */
  int32_t low, high;
  int32_t groups; /* of 8 channels, not yet done */
} nn_depthwise_run_s16_t;

#define NN_DEPTHWISE_TAP_S16(x, even, odd)                                                                   \
  "vldrh.u16 q5, [" x "]\n add " x ", " x ", r5\n vmullb.s16 q6, q5, q4\n vmullt.s16 q7, q5, q4\n"           \
  "vadd.i32 " even ", " even ", q6\n vadd.i32 " odd ", " odd ", q7\n"
/* One step of all four sums, with constants of even and odd channels. */
#define NN_DEPTHWISE_EACH_S16(instruction)                                                                   \
  "vldrw.u32 q4, [r8], #16\n vldrw.u32 q5, [r8], #16\n" instruction " q0, q0, q4\n" instruction              \
  " q1, q1, q5\n" instruction " q2, q2, q4\n" instruction " q3, q3, q5\n"

/* clang-format off */
static __attribute__((naked, noinline, unused)) void
nn_depthwise_groups_s16(nn_depthwise_run_s16_t *t __attribute__((unused))) {
  __asm__ volatile(
      "push {r4, r5, r6, r7, r8, r9, r10, r11, r12, lr}\n vpush {d8-d15}\n"
      "ldr r6, [r0, #8]\n ldrd r4, r5, [r0, #16]\n ldrd r10, r11, [r0, #24]\n ldr r8, [r0, #36]\n"
      "1: ldrd r1, r7, [r0]\n ldr r3, [r0, #12]\n"
      "vmov.i32 q0, #0\n vmov.i32 q1, #0\n vmov.i32 q2, #0\n vmov.i32 q3, #0\n cbz r7, 4f\n"
      "2: ldr r2, [r1], #4\n add r2, r2, r6\n add r9, r2, r10\n wls lr, r11, 5f\n"
      "3: vldrb.s16 q4, [r3]\n add r3, r3, r4\n"
      NN_DEPTHWISE_TAP_S16("r2", "q0", "q1") NN_DEPTHWISE_TAP_S16("r9", "q2", "q3") "le lr, 3b\n"
      "5: ldr r12, [r0, #32]\n add r3, r3, r12\n subs r7, r7, #1\n bne 2b\n"
      "4: " NN_DEPTHWISE_EACH_S16("vadd.i32") NN_DEPTHWISE_EACH_S16("vmulh.s32")
      NN_DEPTHWISE_EACH_S16("vrshl.s32")
      "vqmovnb.s32 q0, q0\n vqmovnt.s32 q0, q1\n vqmovnb.s32 q2, q2\n vqmovnt.s32 q2, q3\n"
      "ldrd r1, r2, [r0, #48]\n vdup.16 q4, r1\n vdup.16 q5, r2\n"
      "vmax.s16 q0, q0, q4\n vmin.s16 q0, q0, q5\n vmax.s16 q2, q2, q4\n vmin.s16 q2, q2, q5\n"
      "ldrd r1, r2, [r0, #40]\n vstrh.16 q0, [r1]\n add r2, r2, r1\n vstrh.16 q2, [r2]\n"
      "add r1, r1, #16\n str r1, [r0, #40]\n add r6, r6, #16\n"
      "ldr r3, [r0, #12]\n add r3, r3, #8\n str r3, [r0, #12]\n"
      "ldr r1, [r0, #56]\n subs r1, r1, #1\n str r1, [r0, #56]\n bne 1b\n"
      "vpop {d8-d15}\n pop {r4, r5, r6, r7, r8, r9, r10, r11, r12, pc}\n");
}
/* clang-format on */

/* `groups` times eight channels, from c on; one pixel is computed as two that are the same. */
NN_KERNEL void nn_depthwise_run_s16(const nn_depthwise_conv_2d_lanes_s16_t *p,
                                    const nn_lane_window_s16_t *window, int32_t c, int32_t groups,
                                    const int32_t *lanes, int16_t *out) {
  const int32_t size = (int32_t)sizeof(int16_t), step = p->c * size, two = window->pixels == 2;
  nn_depthwise_run_s16_t run = {window->rows,
                                window->count,
                                (window->at + c) * size,
                                window->w + c,
                                p->c,
                                p->dilation_w * step,
                                two ? p->stride_w * step : 0,
                                window->taps,
                                (p->k_w - window->taps) * p->c,
                                lanes,
                                out + c,
                                two ? step : 0,
                                p->low,
                                p->high,
                                groups};
  nn_depthwise_groups_s16(&run);
}

/* Where channels are no multiple of eight, the last eight are done by themselves, some of them again. */
NN_KERNEL void nn_depthwise_lanes_s16(const nn_depthwise_conv_2d_lanes_s16_t *p,
                                      const nn_lane_window_s16_t *window, const int32_t *lanes,
                                      int16_t *out) {
  nn_depthwise_run_s16(p, window, 0, p->c / 8, lanes, out);
  if (p->c % 8 != 0) {
    nn_depthwise_run_s16(p, window, p->c - 8, 1, lanes + p->c / 8 * NN_LANE_CONSTANTS_S16, out);
  }
}

typedef char nn_depthwise_s16_offsets_are_as_in_the_assembly
    [offsetof(nn_depthwise_run_s16_t, at) == 8 && offsetof(nn_depthwise_run_s16_t, w) == 12 &&
             offsetof(nn_depthwise_run_s16_t, step) == 16 && offsetof(nn_depthwise_run_s16_t, pixel) == 24 &&
             offsetof(nn_depthwise_run_s16_t, skip) == 32 && offsetof(nn_depthwise_run_s16_t, lanes) == 36 &&
             offsetof(nn_depthwise_run_s16_t, out) == 40 && offsetof(nn_depthwise_run_s16_t, low) == 48 &&
             offsetof(nn_depthwise_run_s16_t, groups) == 56
         ? 1
         : -1];

#endif
