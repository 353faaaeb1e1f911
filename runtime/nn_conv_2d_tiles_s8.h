/* CONV_2D, int8, by tiles, for input channels in fours: the taps of 3 (or 2) neighbouring output pixels are
 * widened and multiplied with all output channels: see nn_tiles_s8.h. Taps outside the image are read from
 * `outside`, a pixel of zero points. With less scratch, for output channels in twos, the taps are widened
 * slice by slice, and a group of output channels is done at a time: see nn_slices_s8.h.
 */
#ifndef NN_CONV_2D_TILES_S8_H
#define NN_CONV_2D_TILES_S8_H

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
  int32_t mixed;     /* does the network round both ways? */
  int32_t slice;     /* 0: all k_h * k_w * in_c taps at once; else so many at a time, in fours */
  int32_t group;     /* with slices: output channels whose sums are held, in twos */
} nn_conv_2d_tiles_s8_t;

enum { NN_TILE_ROWS = 12 };

/* The windows of a tile: the input rows under them, null outside the image, the first one's column, and how
 * far the windows are apart. */
typedef struct {
  const int8_t *rows[NN_TILE_ROWS]; /* those under an output row, found once for all its tiles */
  int32_t x, step, width;
  int32_t low, high; /* taps of a row that all pixels have inside the image */
} nn_tile_windows_t;

/* n taps from row `*ky` of taps, byte `*at` in it, on, of w->width pixels; moves on to the tap after them. */
NN_KERNEL void nn_widen_taps_s8(const nn_conv_2d_tiles_s8_t p, const nn_tile_windows_t *w,
                                const int8_t *outside, int32_t *ky, int32_t *at, int32_t n, int16_t *to) {
  const int32_t run = p.k_w * p.in_c;
  const int8_t *const *row = w->rows + *ky;
  int32_t k = *at;
  while (n > 0) {
    const int8_t *a[3];
    int32_t count;
    if (k >= w->low && k < w->high && *row) { /* of all pixels inside the image */
      count = w->high - k;
      a[0] = *row + w->x * p.in_c + k;
      a[1] = a[0] + w->step * p.in_c;
      a[2] = a[1] + w->step * p.in_c;
    } else {
      const int32_t kx = k / p.in_c, c = k - kx * p.in_c;
      int32_t column = w->x + kx * p.dilation_w;
      count = p.in_c - c;
      for (int32_t j = 0; j < 3; ++j, column += w->step) {
        a[j] = (*row && (uint32_t)column < (uint32_t)p.in_w ? *row + column * p.in_c : outside) + c;
      }
    }
    count = nn_min(count, n);
    nn_widen_fours_s8(w->width, a, count, to);
    to += w->width * count;
    n -= count;
    k += count;
    if (k == run) {
      k = 0;
      ++row;
    }
  }
  *at = k;
  *ky = (int32_t)(row - w->rows);
}

/* Output rows [y0, y1). `x` is scratch for a widened slice of 3 pixels and, where there are several, 3 sums
 * of each channel of a group. At most NN_TILE_ROWS rows of taps. */
NN_KERNEL void nn_conv_2d_tiles_s8(const nn_conv_2d_tiles_s8_t p, nn_rows_s8 in, nn_rows_s8 out, int16_t *x,
                                   const int16_t *weights, const nn_tile_channel_t *channels,
                                   const int8_t *outside, int32_t y0, int32_t y1) {
  const int32_t taps = p.k_h * p.k_w * p.in_c;
  nn_tiles_t t = nn_tiles(x, taps / 4, weights, channels, p.out_zero, p.rounding);
  const int whole = p.slice == 0;
  t.sums = (int32_t *)(void *)(x + 3 * p.slice);
  if (p.out_h * p.out_w == 1 && p.k_h == p.in_h && p.k_w == p.in_w && p.pad_top + p.pad_left == 0 && whole &&
      in.depth == p.in_h && !in.fresh && y0 < y1) { /* one pixel, of the whole input */
    const int8_t *const a[3] = {in.base, in.base, in.base};
    nn_widen_fours_s8(2, a, taps, x);
    nn_tile_s8(&t, 1, taps / 4, nn_row_s8(out, 0, 1), p.out_c, p.rounding, p.mixed, p.low, p.high);
    return;
  }
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    nn_tile_windows_t w;
    for (int32_t ky = 0; ky < p.k_h; ++ky) {
      const int32_t in_y = y * p.stride_h - p.pad_top + ky * p.dilation_h;
      w.rows[ky] = in_y >= 0 && in_y < p.in_h ? nn_row_s8(in, in_y, p.in_h) : 0;
    }
    w.x = -p.pad_left;
    for (int32_t i = 0; i < p.out_w;) {
      const int32_t pixels = nn_tile_pixels(p.out_w - i);
      w.width = nn_tile_width(pixels);
      w.step = pixels == 1 ? 0 : p.stride_w;
      w.low = p.dilation_w > 1 ? p.k_w * p.in_c : (w.x < 0 ? -w.x : 0) * p.in_c;
      w.high = nn_min(p.k_w, p.in_w - (w.x + (w.width - 1) * w.step)) * p.in_c;
      t.v = weights;
      for (int32_t g = 0; g < p.out_c; g += whole ? p.out_c : p.group) {
        const int32_t count = whole ? p.out_c : nn_min(p.group, p.out_c - g);
        int32_t ky = 0, at = 0;
        for (int32_t left = taps, n; left > 0; left -= n) {
          n = whole ? taps : nn_min(p.slice, left);
          nn_widen_taps_s8(p, &w, outside, &ky, &at, n, x);
          if (whole) {
            nn_tile_s8(&t, pixels, n / 4, o, count, p.rounding, p.mixed, p.low, p.high);
          } else if (n < left) {
            nn_add_slice_s8(&t, left == taps, w.width, n / 4, count);
          } else {
            t.channels = channels + g;
            nn_last_slice_s8(&t, pixels, n / 4, count, o + g, p.out_c, p.rounding, p.mixed, p.low, p.high);
          }
          t.v += n * count / 2;
        }
      }
      i += pixels;
      o += pixels * p.out_c;
      w.x += pixels * p.stride_w;
    }
  }
}

#endif
