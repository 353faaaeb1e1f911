/* Real samples of a spectrum, float32 (TensorFlow Lite Micro's SignalIrfft). */
#ifndef NN_SIGNAL_IRFFT_F32_H
#define NN_SIGNAL_IRFFT_F32_H

#include "nn_signal_fft_f32.h"

typedef struct {
  int32_t frames;
  int32_t n; /* half the samples of a frame */
} nn_signal_irfft_f32_t;

/* in[frames][n + 1][2], out[frames][2 * n] */
NN_SHARED void nn_signal_irfft_f32(const nn_signal_irfft_f32_t p, const float *in, float *out,
                                   const float *twiddles, const float *real_twiddles) {
  for (int32_t f = 0; f < p.frames; ++f, in += 2 * (p.n + 1), out += 2 * p.n) {
    const float first = in[0], last = in[2 * p.n];
    nn_fft_f32_store(out, 0, first + last, first - last);
    for (int32_t k = 1; k <= p.n / 2; ++k) {
      const nn_complex_f32_t a = nn_fft_f32_load(in, k), b = nn_fft_f32_load(in, p.n - k);
      const nn_complex_f32_t sum = {a.re + b.re, a.im - b.im}, difference = {a.re - b.re, a.im + b.im};
      const nn_complex_f32_t turned = nn_fft_f32_times(difference, real_twiddles, k - 1);
      nn_fft_f32_store(out, nn_fft_place(k, p.n), sum.re + turned.re, sum.im + turned.im);
      nn_fft_f32_store(out, nn_fft_place(p.n - k, p.n), sum.re - turned.re, turned.im - sum.im);
    }
    nn_fft_f32_stages(out, p.n, twiddles, -1.0f);
    for (int32_t i = 0; i < 2 * p.n; ++i) {
      out[i] /= (float)(2 * p.n);
    }
  }
}

#endif
