/* Real samples of a spectrum, int16 (TensorFlow Lite Micro's SignalIrfft). */
#ifndef NN_SIGNAL_IRFFT_S32_H
#define NN_SIGNAL_IRFFT_S32_H

#include "nn_signal_fft_s32.h"

typedef struct {
  int32_t frames;
  int32_t n; /* half the samples of a frame */
} nn_signal_irfft_s32_t;

/* in[frames][n + 1][2], out[frames][2 * n] */
NN_SHARED void nn_signal_irfft_s32(const nn_signal_irfft_s32_t p, const int32_t *in, int32_t *out,
                                   const int32_t *twiddles, const int32_t *real_twiddles) {
  for (int32_t f = 0; f < p.frames; ++f, in += 2 * (p.n + 1), out += 2 * p.n) {
    const int64_t first = in[0], last = in[2 * p.n], half = INT32_MAX / 2;
    nn_fft_s32_store(out, 0, nn_fft_s32_round((int32_t)(first + last) * half),
                     nn_fft_s32_round((int32_t)(first - last) * half));
    for (int32_t k = 1; k <= p.n / 2; ++k) {
      const nn_complex_s32_t a = nn_fft_s32_half(in, k, 1), b = nn_fft_s32_half(in, p.n - k, -1);
      const nn_complex_s32_t sum = {a.re + b.re, a.im + b.im}, difference = {a.re - b.re, a.im - b.im};
      const nn_complex_s32_t turned = nn_fft_s32_times(difference, real_twiddles, k - 1);
      nn_fft_s32_store(out, nn_fft_place(k, p.n), sum.re + turned.re, sum.im + turned.im);
      nn_fft_s32_store(out, nn_fft_place(p.n - k, p.n), sum.re - turned.re, turned.im - sum.im);
    }
    nn_fft_s32_stages(out, p.n, twiddles, -1);
  }
}

#endif
