/* Sums of the four gates of a float LSTM's cell for cores with MVE: the gates are the lanes of a vector. 16
 * products in 10 instructions. */
#ifndef NN_ISA_LSTM_F32_MVE_H
#define NN_ISA_LSTM_F32_MVE_H

#include <arm_mve.h>

NN_KERNEL const float *nn_lstm_fours_f32(const float *x, const float *w, int32_t fours, float sum[4]) {
  float32x4_t sums = vld1q_f32(sum);
  if (fours > 0) {
    __asm__ volatile("dls lr, %[n]\n1: ldm %[x]!, {r4, r5, r6, r8}\n"
                     "vldrw.u32 q0, [%[w]], #16\n vldrw.u32 q1, [%[w]], #16\n"
                     "vldrw.u32 q2, [%[w]], #16\n vldrw.u32 q3, [%[w]], #16\n"
                     "vfma.f32 %q[s], q0, r4\n vfma.f32 %q[s], q1, r5\n"
                     "vfma.f32 %q[s], q2, r6\n vfma.f32 %q[s], q3, r8\n le lr, 1b"
                     : [x] "+r"(x), [w] "+r"(w), [s] "+w"(sums)
                     : [n] "r"(fours)
                     : "r4", "r5", "r6", "r8", "lr", "q0", "q1", "q2", "q3", "memory");
  }
  vst1q_f32(sum, sums);
  return w;
}

#endif
