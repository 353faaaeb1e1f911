/* CONV_2D, int8, by paired pixels, with little scratch: the taps of 4 (or 2) neighbouring output pixels are
 * paired slice by slice, and a group of output channels is done at a time: see nn_paired_slices_s8.h. Taps
 * outside the image are read from `outside`, a pixel of zero points.
 */
#ifndef NN_CONV_2D_PAIRED_SLICES_S8_H
#define NN_CONV_2D_PAIRED_SLICES_S8_H

#include "nn_paired_slices_s8.h"
#include "nn_rows.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t out_zero;  /* zero point of the output; the input's is in the biases */
  int32_t low, high; /* clamp of the output */
  int32_t slice;     /* taps of all input channels are k_h * k_w * in_c, paired in slices of these */
  int32_t group;     /* output channels whose accumulators are held */
} nn_conv_2d_paired_slices_s8_t;

/* A tap: row and column of the kernel, input channel. */
typedef struct {
  int32_t ky, kx, c;
} nn_tap_t;

/* `left` taps from `tap` on, which moves on, of pixels whose windows begin at row y and columns at[0], at[1],
 * … */
NN_KERNEL void nn_pair_up_slice_s8(const nn_conv_2d_paired_slices_s8_t p, nn_rows_s8 in, int32_t y,
                                   int32_t width, const int32_t at[4], const int8_t *outside, int32_t left,
                                   nn_tap_t *tap, uint32_t *x) {
  const int within = p.dilation_w == 1 && at[0] >= 0 && at[width - 1] + p.k_w <= p.in_w;
  while (left > 0) {
    const int32_t in_y = y + tap->ky * p.dilation_h;
    const int8_t *const row = in_y >= 0 && in_y < p.in_h ? nn_row_s8(in, in_y, p.in_h) : 0;
    const int32_t columns = row && within ? p.k_w - tap->kx : 1;
    const int32_t there = columns * p.in_c - tap->c, n = there < left ? there : left;
    const int8_t *a[4];
    for (int32_t j = 0; j < 4; ++j) {
      const int32_t column = at[j] + tap->kx * p.dilation_w;
      a[j] = (row && column >= 0 && column < p.in_w ? row + column * p.in_c : outside) + tap->c;
    }
    x = nn_pair_up_s8(width, a, n, x);
    left -= n;
    for (tap->c += n; tap->c >= p.in_c; tap->c -= p.in_c) {
      ++tap->kx;
    }
    if (tap->kx == p.k_w) {
      tap->kx = 0;
      ++tap->ky;
    }
  }
}

/* Output rows [y0, y1). `x` is scratch for a slice of 4 pixels, `sums` for 4 accumulators of each channel of
 * a group. */
NN_KERNEL void nn_conv_2d_paired_slices_s8(const nn_conv_2d_paired_slices_s8_t p, nn_rows_s8 in,
                                           nn_rows_s8 out, uint32_t *x, int32_t *sums, const int8_t *weights,
                                           const nn_paired_channel_t *channels, const uint32_t *cuts,
                                           const int8_t *outside, int32_t y0, int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t i = 0; i < p.out_w; i += 4, o += 4 * p.out_c) {
      const int32_t pixels = p.out_w - i < 4 ? p.out_w - i : 4, width = nn_paired_width(pixels);
      const int8_t *w = weights;
      const uint32_t *cut = cuts;
      int32_t at[4];
      for (int32_t j = 0; j < 4; ++j) {
        at[j] = (i + (j < pixels ? j : pixels - 1)) * p.stride_w - p.pad_left;
      }
      for (int32_t g = 0; g < p.out_c; g += p.group) {
        const int32_t count = p.out_c - g < p.group ? p.out_c - g : p.group;
        nn_tap_t tap = {0, 0, 0};
        for (int32_t k = 0; k < taps; k += p.slice) {
          const int32_t end = taps - k < p.slice ? taps : k + p.slice;
          nn_paired_t t = {x,
                           w,
                           channels + g,
                           o + g,
                           p.out_c,
                           pixels % 2 ? 0 : p.out_c,
                           count,
                           2 * p.out_zero + 1,
                           cut,
                           sums,
                           x + (end - k) * (width / 2),
                           (k == 0 ? NN_PAIRED_FIRST : 0) + (end == taps ? NN_PAIRED_LAST : 0)};
          nn_pair_up_slice_s8(p, in, y * p.stride_h - p.pad_top, width, at, outside, end - k, &tap, x);
          nn_paired_slice_s8(&t, width);
          w += (end - k) * count;
          cut = t.cuts;
        }
      }
      if (p.low > -128 || p.high < 127) {
        for (int32_t j = 0; j < pixels * p.out_c; ++j) {
          o[j] = (int8_t)nn_clamp(o[j], p.low, p.high);
        }
      }
    }
  }
}

#endif
