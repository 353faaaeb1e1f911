/* The transform of n complex int16 samples (real and imaginary parts in turn), n a power of two, in place:
 * radix 4 with a radix 2 before it where n asks for it, decimated in time, every stage divided by its radix,
 * products rounded to 15 fraction bits (kissfft with FIXED_POINT=16). Sums wrap as int16.
 */
#ifndef NN_SIGNAL_FFT_S16_H
#define NN_SIGNAL_FFT_S16_H

#include "nn_signal_fft_place.h"

typedef struct {
  int32_t re;
  int32_t im;
} nn_complex_t;

/* From 30 to 15 fraction bits, ties up. */
NN_KERNEL int32_t nn_fft_round(int32_t x) { return (int16_t)((x + (1 << 14)) >> 15); }

/* Sample i divided: `part` is 32767 / divisor. */
NN_KERNEL nn_complex_t nn_fft_part(const int16_t *z, int32_t i, int32_t part) {
  const nn_complex_t x = {nn_fft_round(z[2 * i] * part), nn_fft_round(z[2 * i + 1] * part)};
  return x;
}

/* Bin k divided by 2; `sign` -1: its conjugate. */
NN_KERNEL nn_complex_t nn_fft_half(const int16_t *z, int32_t k, int32_t sign) {
  const int32_t im = (int16_t)(sign * z[2 * k + 1]);
  const nn_complex_t x = {nn_fft_round(z[2 * k] * (32767 / 2)), nn_fft_round(im * (32767 / 2))};
  return x;
}

/* x times the k-th factor */
NN_KERNEL nn_complex_t nn_fft_times(nn_complex_t x, const int16_t *factors, int32_t k) {
  const int32_t re = factors[2 * k], im = factors[2 * k + 1];
  const nn_complex_t y = {nn_fft_round(x.re * re - x.im * im), nn_fft_round(x.re * im + x.im * re)};
  return y;
}

NN_KERNEL void nn_fft_store(int16_t *z, int32_t i, int32_t re, int32_t im) {
  z[2 * i] = (int16_t)re;
  z[2 * i + 1] = (int16_t)im;
}

NN_KERNEL void nn_fft_radix_2(int16_t *z, int32_t n, const int16_t *twiddles) {
  for (int32_t i = 0; i < n; i += 2) {
    const nn_complex_t a = nn_fft_part(z, i, 32767 / 2);
    const nn_complex_t b = nn_fft_times(nn_fft_part(z, i + 1, 32767 / 2), twiddles, 0);
    nn_fft_store(z, i, a.re + b.re, a.im + b.im);
    nn_fft_store(z, i + 1, a.re - b.re, a.im - b.im);
  }
}

/* Joins transforms of m samples to such of 4 * m; `turn` is 1 forth, -1 back. */
NN_KERNEL void nn_fft_radix_4(int16_t *z, int32_t n, int32_t m, const int16_t *twiddles, int32_t turn) {
  const int32_t step = n / (4 * m);
  for (int32_t k = 0; k < m; ++k) {
    for (int32_t i = k; i < n; i += 4 * m) {
      const nn_complex_t a = nn_fft_part(z, i, 32767 / 4);
      const nn_complex_t b = nn_fft_times(nn_fft_part(z, i + m, 32767 / 4), twiddles, k * step);
      const nn_complex_t c = nn_fft_times(nn_fft_part(z, i + 2 * m, 32767 / 4), twiddles, 2 * k * step);
      const nn_complex_t d = nn_fft_times(nn_fft_part(z, i + 3 * m, 32767 / 4), twiddles, 3 * k * step);
      const nn_complex_t e = {a.re + c.re, a.im + c.im}, f = {a.re - c.re, a.im - c.im};
      const nn_complex_t g = {b.re + d.re, b.im + d.im};
      const nn_complex_t h = {turn * (b.im - d.im), turn * (d.re - b.re)};
      nn_fft_store(z, i, e.re + g.re, e.im + g.im);
      nn_fft_store(z, i + m, f.re + h.re, f.im + h.im);
      nn_fft_store(z, i + 2 * m, e.re - g.re, e.im - g.im);
      nn_fft_store(z, i + 3 * m, f.re - h.re, f.im - h.im);
    }
  }
}

/* All stages; the samples are in the places that nn_fft_place gives. */
NN_KERNEL void nn_fft_stages(int16_t *z, int32_t n, const int16_t *twiddles, int32_t turn) {
  int32_t m = n;
  while (m >= 4) {
    m >>= 2;
  }
  if (m == 2) {
    nn_fft_radix_2(z, n, twiddles);
  }
  for (; m < n; m *= 4) {
    nn_fft_radix_4(z, n, m, twiddles, turn);
  }
}

#endif
