/* Sums of float products for cores with the Arm floating point unit (single precision, fused): VLDM loads
 * four numbers an instruction, which compilers do not. 16 products in 23 instructions. */
#ifndef NN_ISA_DOT_F32_VFP_H
#define NN_ISA_DOT_F32_VFP_H

/* Four products with the row at w, to sum s. */
#define NN_DOT_ROW(w, s)                                                                                     \
  "vldmia " w "!, {s4-s7}\n vfma.f32 " s ", s0, s4\n vfma.f32 " s ", s1, s5\n"                               \
  "vfma.f32 " s ", s2, s6\n vfma.f32 " s ", s3, s7\n"

NN_KERNEL void nn_dot_1x4_f32(const float *x, const float *const w[4], int32_t n, float sum[4]) {
  const float *w0 = w[0], *w1 = w[1], *w2 = w[2], *w3 = w[3];
  float s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  int32_t fours = n & ~3;
  if (fours > 0) {
    __asm__ volatile("1: vldmia %[x]!, {s0-s3}\n" NN_DOT_ROW("%[w0]", "%[s0]") NN_DOT_ROW("%[w1]", "%[s1]")
                         NN_DOT_ROW("%[w2]", "%[s2]") NN_DOT_ROW("%[w3]", "%[s3]") "subs %[n], #4\n bne 1b"
                     : [x] "+r"(x), [w0] "+r"(w0), [w1] "+r"(w1), [w2] "+r"(w2), [w3] "+r"(w3),
                       [n] "+r"(fours), [s0] "+t"(s0), [s1] "+t"(s1), [s2] "+t"(s2), [s3] "+t"(s3)
                     :
                     : "s0", "s1", "s2", "s3", "s4", "s5", "s6", "s7", "cc", "memory");
  }
  for (int32_t i = n & ~3; i < n; ++i) {
    const float a = *x++;
    s0 += a * *w0++;
    s1 += a * *w1++;
    s2 += a * *w2++;
    s3 += a * *w3++;
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
}

#endif
