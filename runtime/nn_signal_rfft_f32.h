/* Spectrum of real samples, float32 (TensorFlow Lite Micro's SignalRfft). */
#ifndef NN_SIGNAL_RFFT_F32_H
#define NN_SIGNAL_RFFT_F32_H

#include "nn_signal_fft_f32.h"

typedef struct {
  int32_t frames;
  int32_t size; /* samples of a frame; zeros follow up to 2 * n */
  int32_t n;
} nn_signal_rfft_f32_t;

/* From the transform of even and odd samples, as real and imaginary parts, to bins 0 to n; in place. */
NN_KERNEL void nn_signal_rfft_join_f32(float *z, int32_t n, const float *real_twiddles) {
  const nn_complex_f32_t first = nn_fft_f32_load(z, 0);
  nn_fft_f32_store(z, 0, first.re + first.im, 0.0f);
  nn_fft_f32_store(z, n, first.re - first.im, 0.0f);
  for (int32_t k = 1; k <= n / 2; ++k) {
    const nn_complex_f32_t a = nn_fft_f32_load(z, k), b = nn_fft_f32_load(z, n - k);
    const nn_complex_f32_t sum = {a.re + b.re, a.im - b.im}, difference = {a.re - b.re, a.im + b.im};
    const nn_complex_f32_t turned = nn_fft_f32_times(difference, real_twiddles, k - 1);
    nn_fft_f32_store(z, k, (sum.re + turned.re) * 0.5f, (sum.im + turned.im) * 0.5f);
    nn_fft_f32_store(z, n - k, (sum.re - turned.re) * 0.5f, (turned.im - sum.im) * 0.5f);
  }
}

/* in[frames][size], out[frames][n + 1][2] */
NN_SHARED void nn_signal_rfft_f32(const nn_signal_rfft_f32_t p, const float *in, float *out,
                                  const float *twiddles, const float *real_twiddles) {
  for (int32_t f = 0; f < p.frames; ++f, in += p.size, out += 2 * (p.n + 1)) {
    for (int32_t i = 0; i < p.n; ++i) {
      const float re = 2 * i < p.size ? in[2 * i] : 0.0f, im = 2 * i + 1 < p.size ? in[2 * i + 1] : 0.0f;
      nn_fft_f32_store(out, nn_fft_place(i, p.n), re, im);
    }
    nn_fft_f32_stages(out, p.n, twiddles, 1.0f);
    nn_signal_rfft_join_f32(out, p.n, real_twiddles);
  }
}

#endif
