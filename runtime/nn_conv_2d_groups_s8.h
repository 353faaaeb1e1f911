/* CONV_2D, int8, of groups of channels, by tiles: the taps of 3 (or 2) neighbouring output pixels that a
 * group reads are gathered into patches, widened, and multiplied with its output channels: see nn_tiles_s8.h.
 * Taps outside the image hold the zero point.
 */
#ifndef NN_CONV_2D_GROUPS_S8_H
#define NN_CONV_2D_GROUPS_S8_H

#include "nn_fill_s8.h"
#include "nn_rows.h"
#include "nn_tiles_s8.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w, k_c;       /* kernel; k_c = in_c / groups */
  int32_t stride_h, stride_w;
  int32_t dilation_h, dilation_w;
  int32_t pad_top, pad_left;
  int32_t in_zero, out_zero; /* zero points */
  int32_t low, high;         /* clamp of the output */
  int32_t rounding;          /* NN_TILES_… */
  int32_t mixed;             /* does the network round both ways? */
} nn_conv_2d_groups_s8_t;

/* The channels of a group under one row of taps of a pixel, k_w * k_c bytes from column x on. */
NN_KERNEL void nn_gather_group_row_s8(const nn_conv_2d_groups_s8_t p, const int8_t *row, int inside,
                                      int32_t x, int8_t *to) {
  if (inside && x >= 0 && x + (p.k_w - 1) * p.dilation_w < p.in_w) {
    const int8_t *a = row + x * p.in_c;
    for (int32_t kx = 0; kx < p.k_w; ++kx, a += p.dilation_w * p.in_c, to += p.k_c) {
      nn_copy_s8(to, a, p.k_c);
    }
    return;
  }
  for (int32_t kx = 0; kx < p.k_w; ++kx, x += p.dilation_w, to += p.k_c) {
    if (inside && x >= 0 && x < p.in_w) {
      nn_copy_s8(to, row + x * p.in_c, p.k_c);
    } else {
      nn_fill_s8(to, p.in_zero, p.k_c);
    }
  }
}

/* The taps of `pixels` (1 to 3) output pixels from (y, x) on, of the k_c channels from `c` on: patches of
 * k_h * k_w * k_c bytes, `step` apart. */
NN_KERNEL void nn_gather_group_s8(const nn_conv_2d_groups_s8_t p, nn_rows_s8 in, int32_t y, int32_t x,
                                  int32_t c, int32_t pixels, int8_t *patches, int32_t step) {
  const int32_t first = x * p.stride_w - p.pad_left;
  for (int32_t ky = 0; ky < p.k_h; ++ky, patches += p.k_w * p.k_c) {
    const int32_t in_y = y * p.stride_h - p.pad_top + ky * p.dilation_h;
    const int inside = in_y >= 0 && in_y < p.in_h;
    const int8_t *row = nn_row_s8(in, inside ? in_y : 0, p.in_h) + c;
    for (int32_t j = 0; j < pixels; ++j) {
      nn_gather_group_row_s8(p, row, inside, first + j * p.stride_w, patches + j * step);
    }
  }
}

/* `count` output channels of `pixels` pixels, which stand p.out_c apart. */
NN_KERNEL void nn_group_tile_s8(const nn_conv_2d_groups_s8_t p, nn_tiles_t t, int32_t pixels, int8_t *out,
                                int32_t count) {
  const int32_t even = count & ~1;
  t.out = out;
  t.stride = pixels == 1 ? 0 : p.out_c;
  t.end = out + even;
  if (even > 0) {
    nn_run_tiles_s8(pixels, p.rounding, p.mixed, &t);
  }
  if (even < count) { /* the last channel stands twice in v and channels */
    int8_t last[6];
    t.v += even / 2 * ((p.k_h * p.k_w * p.k_c + 3) / 4 * 4);
    t.channels += even;
    t.out = last;
    t.stride = 2;
    t.end = last + 2;
    nn_run_tiles_s8(pixels, p.rounding, p.mixed, &t);
    for (int32_t j = 0; j < pixels; ++j) {
      out[j * p.out_c + even] = last[2 * j];
    }
  }
  if (p.low > -128 || p.high < 127) {
    for (int32_t j = 0; j < pixels; ++j, out += p.out_c) {
      for (int32_t i = 0; i < count; ++i) {
        out[i] = (int8_t)nn_clamp(out[i], p.low, p.high);
      }
    }
  }
}

/* Output rows [y0, y1). `patches` is scratch for 3 patches of taps in fours; x for 3 of them widened. */
NN_KERNEL void nn_conv_2d_groups_s8(const nn_conv_2d_groups_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                    int8_t *patches, int16_t *x, const int16_t *weights,
                                    const nn_tile_channel_t *channels, int32_t y0, int32_t y1) {
  const int32_t taps = (p.k_h * p.k_w * p.k_c + 3) / 4 * 4; /* the last ones have weights 0 */
  const int32_t groups = p.in_c / p.k_c, count = p.out_c / groups;
  nn_tiles_t t = nn_tiles(x, taps / 4, weights, channels, p.out_zero, p.rounding);
  for (int32_t y = y0; y < y1; ++y) {
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t i = 0; i < p.out_w;) {
      const int32_t pixels = nn_tile_pixels(p.out_w - i);
      const int8_t *const second = pixels == 1 ? patches : patches + taps;
      const int8_t *const a[3] = {patches, second, patches + 2 * taps};
      for (int32_t g = 0; g < groups; ++g) {
        nn_gather_group_s8(p, in, y, i, g * p.k_c, pixels, patches, taps);
        nn_widen_tile_s8(nn_tile_width(pixels), a, taps, x);
        t.v = weights + g * ((count + 1) / 2) * taps;
        t.channels = channels + g * ((count + 1) / 2 * 2);
        nn_group_tile_s8(p, t, pixels, o + i * p.out_c + g * count, count);
      }
      i += pixels;
    }
  }
}

#endif
