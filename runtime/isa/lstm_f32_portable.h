/* Sums of the four gates of a float LSTM's cell in plain C99: what they mean (see nn_lstm_f32.h). */
#ifndef NN_ISA_LSTM_F32_PORTABLE_H
#define NN_ISA_LSTM_F32_PORTABLE_H

NN_KERNEL const float *nn_lstm_fours_f32(const float *x, const float *w, int32_t fours, float sum[4]) {
  float s0 = sum[0], s1 = sum[1], s2 = sum[2], s3 = sum[3];
  for (const float *const end = x + 4 * fours; x != end; ++x, w += 4) {
    s0 += *x * w[0];
    s1 += *x * w[1];
    s2 += *x * w[2];
    s3 += *x * w[3];
  }
  sum[0] = s0;
  sum[1] = s1;
  sum[2] = s2;
  sum[3] = s3;
  return w;
}

#endif
