/* Sums of the four gates of a float LSTM's cell for cores with the Arm floating point unit (single precision,
 * fused): VLDM loads sixteen weights an instruction. 16 products in 20 instructions. */
#ifndef NN_ISA_LSTM_F32_VFP_H
#define NN_ISA_LSTM_F32_VFP_H

/* One input and its weights of four gates. */
#define NN_LSTM_INPUT(x, w0, w1, w2, w3)                                                                     \
  "vfma.f32 %[s0], " x ", " w0 "\n vfma.f32 %[s1], " x ", " w1 "\n"                                          \
  "vfma.f32 %[s2], " x ", " w2 "\n vfma.f32 %[s3], " x ", " w3 "\n"

NN_KERNEL const float *nn_lstm_fours_f32(const float *x, const float *w, int32_t fours, float sum[4]) {
  float s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  if (fours > 0) {
    __asm__("1: vldmia %[x]!, {s0-s3}\n vldmia %[w]!, {s8-s23}\n subs %[n], #1\n" /* */
            NN_LSTM_INPUT("s0", "s8", "s9", "s10", "s11")                         /* */
            NN_LSTM_INPUT("s1", "s12", "s13", "s14", "s15")                       /* */
            NN_LSTM_INPUT("s2", "s16", "s17", "s18", "s19")                       /* */
            NN_LSTM_INPUT("s3", "s20", "s21", "s22", "s23") "bne 1b"
            : [x] "+r"(x), [w] "+r"(w), [n] "+r"(fours), [s0] "+t"(s0), [s1] "+t"(s1), [s2] "+t"(s2),
              [s3] "+t"(s3)
            : "m"(*(const float(*)[])x), "m"(*(const float(*)[])w)
            : "s0", "s1", "s2", "s3", "s8", "s9", "s10", "s11", "s12", "s13", "s14", "s15", "s16", "s17",
              "s18", "s19", "s20", "s21", "s22", "s23", "cc");
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
  return w;
}

#endif
