/* Samples as large as int16 lets them be (TensorFlow Lite Micro's SignalFftAutoScale). */
#ifndef NN_SIGNAL_FFT_AUTO_SCALE_S16_H
#define NN_SIGNAL_FFT_AUTO_SCALE_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t size;
} nn_signal_fft_auto_scale_s16_t;

/* out[i] = in[i] << *shift */
NN_KERNEL void nn_signal_fft_auto_scale_s16(const nn_signal_fft_auto_scale_s16_t p, const int16_t *in,
                                            int16_t *out, int32_t *shift) {
  int16_t largest = 0;
  for (int32_t i = 0; i < p.size; ++i) {
    if (in[i] > largest) {
      largest = in[i];
    } else if (-in[i] > largest) {
      largest = (int16_t)-in[i]; /* -32768 stays what it is, and is below all that follow */
    }
  }
  int32_t bits = 0;
  if (largest > 0) {
    while ((largest << bits) < 1 << 14) {
      ++bits;
    }
  }
  for (int32_t i = 0; i < p.size; ++i) {
    out[i] = (int16_t)(in[i] * (1 << bits));
  }
  *shift = bits;
}

#endif
