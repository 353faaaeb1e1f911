/* The transform of n complex float32 samples (real and imaginary parts in turn), n a power of two, in place:
 * radix 4 with a radix 2 before it where n asks for it, decimated in time; not divided by n. */
#ifndef NN_SIGNAL_FFT_F32_H
#define NN_SIGNAL_FFT_F32_H

#include "nn_signal_fft_place.h"

typedef struct {
  float re;
  float im;
} nn_complex_f32_t;

/* Sample i times the k-th factor */
NN_KERNEL nn_complex_f32_t nn_fft_f32_times(nn_complex_f32_t x, const float *factors, int32_t k) {
  const float re = factors[2 * k], im = factors[2 * k + 1];
  const nn_complex_f32_t y = {x.re * re - x.im * im, x.re * im + x.im * re};
  return y;
}

NN_KERNEL nn_complex_f32_t nn_fft_f32_load(const float *z, int32_t i) {
  const nn_complex_f32_t x = {z[2 * i], z[2 * i + 1]};
  return x;
}

NN_KERNEL void nn_fft_f32_store(float *z, int32_t i, float re, float im) {
  z[2 * i] = re;
  z[2 * i + 1] = im;
}

NN_KERNEL void nn_fft_f32_radix_2(float *z, int32_t n) {
  for (int32_t i = 0; i < n; i += 2) {
    const nn_complex_f32_t a = nn_fft_f32_load(z, i), b = nn_fft_f32_load(z, i + 1);
    nn_fft_f32_store(z, i, a.re + b.re, a.im + b.im);
    nn_fft_f32_store(z, i + 1, a.re - b.re, a.im - b.im);
  }
}

/* Joins transforms of m samples to such of 4 * m; `turn` is 1 forth, -1 back. */
NN_KERNEL void nn_fft_f32_radix_4(float *z, int32_t n, int32_t m, const float *twiddles, float turn) {
  const int32_t step = n / (4 * m);
  for (int32_t k = 0; k < m; ++k) {
    for (int32_t i = k; i < n; i += 4 * m) {
      const nn_complex_f32_t a = nn_fft_f32_load(z, i);
      const nn_complex_f32_t b = nn_fft_f32_times(nn_fft_f32_load(z, i + m), twiddles, k * step);
      const nn_complex_f32_t c = nn_fft_f32_times(nn_fft_f32_load(z, i + 2 * m), twiddles, 2 * k * step);
      const nn_complex_f32_t d = nn_fft_f32_times(nn_fft_f32_load(z, i + 3 * m), twiddles, 3 * k * step);
      const nn_complex_f32_t e = {a.re + c.re, a.im + c.im}, f = {a.re - c.re, a.im - c.im};
      const nn_complex_f32_t g = {b.re + d.re, b.im + d.im};
      const nn_complex_f32_t h = {turn * (b.im - d.im), turn * (d.re - b.re)};
      nn_fft_f32_store(z, i, e.re + g.re, e.im + g.im);
      nn_fft_f32_store(z, i + m, f.re + h.re, f.im + h.im);
      nn_fft_f32_store(z, i + 2 * m, e.re - g.re, e.im - g.im);
      nn_fft_f32_store(z, i + 3 * m, f.re - h.re, f.im - h.im);
    }
  }
}

/* All stages; the samples are in the places that nn_fft_place gives. */
NN_KERNEL void nn_fft_f32_stages(float *z, int32_t n, const float *twiddles, float turn) {
  int32_t m = n;
  while (m >= 4) {
    m >>= 2;
  }
  if (m == 2) {
    nn_fft_f32_radix_2(z, n);
  }
  for (; m < n; m *= 4) {
    nn_fft_f32_radix_4(z, n, m, twiddles, turn);
  }
}

#endif
