/* Spectrum of real samples, int32, divided by their number (TensorFlow Lite Micro's SignalRfft). */
#ifndef NN_SIGNAL_RFFT_S32_H
#define NN_SIGNAL_RFFT_S32_H

#include "nn_signal_fft_s32.h"

typedef struct {
  int32_t frames;
  int32_t size; /* samples of a frame; zeros follow up to 2 * n */
  int32_t n;
} nn_signal_rfft_s32_t;

/* From the transform of even and odd samples, as real and imaginary parts, to bins 0 to n; in place. */
NN_KERNEL void nn_signal_rfft_join_s32(int32_t *z, int32_t n, const int32_t *real_twiddles) {
  const nn_complex_s32_t mean = nn_fft_s32_part(z, 0, INT32_MAX / 2);
  nn_fft_s32_store(z, 0, mean.re + mean.im, 0);
  nn_fft_s32_store(z, n, mean.re - mean.im, 0);
  for (int32_t k = 1; k <= n / 2; ++k) {
    const nn_complex_s32_t a = nn_fft_s32_half(z, k, 1), b = nn_fft_s32_half(z, n - k, -1);
    const nn_complex_s32_t sum = {a.re + b.re, a.im + b.im}, difference = {a.re - b.re, a.im - b.im};
    const nn_complex_s32_t turned = nn_fft_s32_times(difference, real_twiddles, k - 1);
    nn_fft_s32_store(z, k, (int32_t)(sum.re + turned.re) >> 1, (int32_t)(sum.im + turned.im) >> 1);
    nn_fft_s32_store(z, n - k, (int32_t)(sum.re - turned.re) >> 1, (int32_t)(turned.im - sum.im) >> 1);
  }
}

/* in[frames][size], out[frames][n + 1][2] */
NN_SHARED void nn_signal_rfft_s32(const nn_signal_rfft_s32_t p, const int32_t *in, int32_t *out,
                                  const int32_t *twiddles, const int32_t *real_twiddles) {
  for (int32_t f = 0; f < p.frames; ++f, in += p.size, out += 2 * (p.n + 1)) {
    for (int32_t i = 0; i < p.n; ++i) {
      const int32_t re = 2 * i < p.size ? in[2 * i] : 0, im = 2 * i + 1 < p.size ? in[2 * i + 1] : 0;
      nn_fft_s32_store(out, nn_fft_place(i, p.n), re, im);
    }
    nn_fft_s32_stages(out, p.n, twiddles, 1);
    nn_signal_rfft_join_s32(out, p.n, real_twiddles);
  }
}

#endif
