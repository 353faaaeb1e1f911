/* Inner-loop primitives for Armv8.1-M with MVE (Cortex-M55, M85): sixteen products an instruction. What is
 * not here is as for the DSP extension, which these cores have as well.
 *
 * VMLADAVA adds the products of 16 pairs of int8 to a 32-bit sum. What is left over is loaded under a
 * predicate, which zeroes the other lanes. The start-up code has to set FPSCR.LTPSIZE to 4 (no tail
 * predication), as CMSIS's does.
 */
#ifndef NN_ISA_MVE_H
#define NN_ISA_MVE_H

#include <arm_mve.h>

#include "nn_quant.h"

NN_KERNEL void nn_dot_2x2_s8(const int8_t *a0, const int8_t *a1, const int8_t *w0, const int8_t *w1,
                             int32_t n, int32_t acc[4]) {
  int32_t s00 = acc[0], s01 = acc[1], s10 = acc[2], s11 = acc[3];
  int32_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const int8x16_t x0 = vldrbq_s8(a0 + i), x1 = vldrbq_s8(a1 + i);
    const int8x16_t v0 = vldrbq_s8(w0 + i), v1 = vldrbq_s8(w1 + i);
    s00 = vmladavaq_s8(s00, x0, v0);
    s01 = vmladavaq_s8(s01, x0, v1);
    s10 = vmladavaq_s8(s10, x1, v0);
    s11 = vmladavaq_s8(s11, x1, v1);
  }
  if (i < n) {
    const mve_pred16_t rest = vctp8q((uint32_t)(n - i));
    const int8x16_t x0 = vldrbq_z_s8(a0 + i, rest), x1 = vldrbq_z_s8(a1 + i, rest);
    const int8x16_t v0 = vldrbq_z_s8(w0 + i, rest), v1 = vldrbq_z_s8(w1 + i, rest);
    s00 = vmladavaq_s8(s00, x0, v0);
    s01 = vmladavaq_s8(s01, x0, v1);
    s10 = vmladavaq_s8(s10, x1, v0);
    s11 = vmladavaq_s8(s11, x1, v1);
  }
  acc[0] = s00;
  acc[1] = s01;
  acc[2] = s10;
  acc[3] = s11;
}

NN_KERNEL void nn_dot_1x2_s8(const int8_t *a, const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  int32_t i = 0;
  for (; i + 16 <= n; i += 16) {
    const int8x16_t x = vldrbq_s8(a + i);
    s0 = vmladavaq_s8(s0, x, vldrbq_s8(w0 + i));
    s1 = vmladavaq_s8(s1, x, vldrbq_s8(w1 + i));
  }
  if (i < n) {
    const mve_pred16_t rest = vctp8q((uint32_t)(n - i));
    const int8x16_t x = vldrbq_z_s8(a + i, rest);
    s0 = vmladavaq_s8(s0, x, vldrbq_z_s8(w0 + i, rest));
    s1 = vmladavaq_s8(s1, x, vldrbq_z_s8(w1 + i, rest));
  }
  acc[0] = s0;
  acc[1] = s1;
}

NN_KERNEL void nn_sum_x2_s8(const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  for (int32_t i = 0; i < n; i += 16) {
    const mve_pred16_t rest = vctp8q((uint32_t)(n - i));
    s0 = vaddvaq_s8(s0, vldrbq_z_s8(w0 + i, rest));
    s1 = vaddvaq_s8(s1, vldrbq_z_s8(w1 + i, rest));
  }
  acc[0] = s0;
  acc[1] = s1;
}

#define NN_ISA_HAS_DOTS

#endif
