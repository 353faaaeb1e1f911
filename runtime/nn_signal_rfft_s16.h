/* Spectrum of real samples, int16, divided by their number (TensorFlow Lite Micro's SignalRfft). */
#ifndef NN_SIGNAL_RFFT_S16_H
#define NN_SIGNAL_RFFT_S16_H

#include "nn_signal_fft_s16.h"

typedef struct {
  int32_t frames;
  int32_t size; /* samples of a frame; zeros follow up to 2 * n */
  int32_t n;
} nn_signal_rfft_s16_t;

/* From the transform of even and odd samples, as real and imaginary parts, to bins 0 to n; in place. */
NN_KERNEL void nn_signal_rfft_join(int16_t *z, int32_t n, const int16_t *real_twiddles) {
  const nn_complex_t mean = nn_fft_part(z, 0, 32767 / 2);
  nn_fft_store(z, 0, mean.re + mean.im, 0);
  nn_fft_store(z, n, mean.re - mean.im, 0);
  for (int32_t k = 1; k <= n / 2; ++k) {
    const nn_complex_t a = nn_fft_half(z, k, 1), b = nn_fft_half(z, n - k, -1);
    const nn_complex_t sum = {a.re + b.re, a.im + b.im}, difference = {a.re - b.re, a.im - b.im};
    const nn_complex_t turned = nn_fft_times(difference, real_twiddles, k - 1);
    nn_fft_store(z, k, (sum.re + turned.re) >> 1, (sum.im + turned.im) >> 1);
    nn_fft_store(z, n - k, (sum.re - turned.re) >> 1, (turned.im - sum.im) >> 1);
  }
}

/* in[frames][size], out[frames][n + 1][2] */
NN_SHARED void nn_signal_rfft_s16(const nn_signal_rfft_s16_t p, const int16_t *in, int16_t *out,
                                  const int16_t *twiddles, const int16_t *real_twiddles) {
  for (int32_t f = 0; f < p.frames; ++f, in += p.size, out += 2 * (p.n + 1)) {
    for (int32_t i = 0; i < p.n; ++i) {
      const int32_t re = 2 * i < p.size ? in[2 * i] : 0, im = 2 * i + 1 < p.size ? in[2 * i + 1] : 0;
      nn_fft_store(out, nn_fft_place(i, p.n), re, im);
    }
    nn_fft_stages(out, p.n, twiddles, 1);
    nn_signal_rfft_join(out, p.n, real_twiddles);
  }
}

#endif
