/* CONV_2D, int8, by tiles, for input channels in fours and output channels in twos, with little scratch: the
 * taps of 3 (or 2) neighbouring output pixels are widened slice by slice, and a group of output channels is
 * done at a time: see nn_slices_s8.h. Taps outside the image are read from `outside`, a pixel of zero points.
 */
#ifndef NN_CONV_2D_SLICES_S8_H
#define NN_CONV_2D_SLICES_S8_H

#include "nn_rows.h"
#include "nn_slices_s8.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels; in_c % 4 == 0 */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t out_zero;  /* zero point of the output; the input's is in the biases */
  int32_t low, high; /* clamp of the output */
  int32_t rounding;  /* NN_TILES_… */
  int32_t slice; /* taps of all input channels are k_h * k_w * in_c, widened in slices of these; in fours */
  int32_t group; /* output channels whose sums are held; in twos */
} nn_conv_2d_slices_s8_t;

/* Taps [k, end) of `width` pixels; the windows begin at row y and columns x, x + step, … */
NN_KERNEL void nn_widen_slice_s8(const nn_conv_2d_slices_s8_t p, nn_rows_s8 in, int32_t y, int32_t x,
                                 int32_t width, int32_t step, const int8_t *outside, int32_t k, int32_t end,
                                 int16_t *to) {
  const int32_t run = p.k_w * p.in_c, last = x + (width - 1) * step;
  const int within = p.dilation_w == 1 && x >= 0 && last + p.k_w <= p.in_w;
  while (k < end) {
    const int32_t ky = k / run, at = k - ky * run, in_y = y + ky * p.dilation_h;
    const int8_t *const row = in_y >= 0 && in_y < p.in_h ? nn_row_s8(in, in_y, p.in_h) : 0;
    const int8_t *a[3];
    int32_t n;
    if (row && within) {
      n = run - at;
      a[0] = row + x * p.in_c + at;
      a[1] = a[0] + step * p.in_c;
      a[2] = a[1] + step * p.in_c;
    } else {
      const int32_t kx = at / p.in_c, c = at - kx * p.in_c;
      n = p.in_c - c;
      for (int32_t j = 0; j < 3; ++j) {
        const int32_t column = x + j * step + kx * p.dilation_w;
        a[j] = (row && column >= 0 && column < p.in_w ? row + column * p.in_c : outside) + c;
      }
    }
    if (n > end - k) {
      n = end - k;
    }
    nn_widen_tile_s8(width, a, n, to);
    to += width * n;
    k += n;
  }
}

/* Output rows [y0, y1). `x` is scratch for a widened slice of 3 pixels, `sums` for 3 sums of each channel of
 * a group. */
NN_KERNEL void nn_conv_2d_slices_s8(const nn_conv_2d_slices_s8_t p, nn_rows_s8 in, nn_rows_s8 out, int16_t *x,
                                    int32_t *sums, const int16_t *weights, const nn_tile_channel_t *channels,
                                    const int8_t *outside, int32_t y0, int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.in_c;
  nn_tiles_t t = nn_tiles(x, 1, weights, channels, p.out_zero);
  t.sums = sums;
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t i = 0; i < p.out_w;) {
      const int32_t pixels = nn_tile_pixels(p.out_w - i), width = nn_tile_width(pixels);
      t.v = weights;
      for (int32_t g = 0; g < p.out_c; g += p.group) {
        const int32_t count = p.out_c - g < p.group ? p.out_c - g : p.group;
        for (int32_t k = 0; k < taps; k += p.slice) {
          const int32_t end = taps - k < p.slice ? taps : k + p.slice;
          nn_widen_slice_s8(p, in, y * p.stride_h - p.pad_top, i * p.stride_w - p.pad_left, width,
                            pixels == 1 ? 0 : p.stride_w, outside, k, end, x);
          if (end < taps) {
            nn_add_slice_s8(&t, k == 0, width, (end - k) / 4, count);
          } else {
            t.channels = channels + g;
            nn_last_slice_s8(&t, pixels, (end - k) / 4, count, o + i * p.out_c + g, p.out_c, p.rounding,
                             p.low, p.high);
          }
          t.v += (end - k) * count / 2;
        }
      }
      i += pixels;
    }
  }
}

#endif
