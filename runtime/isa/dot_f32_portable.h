/* Sums of float products in plain C99: what they mean (see nn_fully_connected_f32.h). */
#ifndef NN_ISA_DOT_F32_PORTABLE_H
#define NN_ISA_DOT_F32_PORTABLE_H

NN_KERNEL void nn_dot_1x4_f32(const float *x, const float *const w[4], int32_t n, float sum[4]) {
  const float *w0 = w[0], *w1 = w[1], *w2 = w[2], *w3 = w[3];
  float s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  for (int32_t i = 0; i < n; ++i) {
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
