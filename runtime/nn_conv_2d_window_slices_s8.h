/* CONV_2D, int8, by windows, for output channels in twos, with little scratch: some rows of taps of 3
 * neighbouring output pixels are gathered at a time, for a group of output channels: see
 * nn_window_slices_s8.h. */
#ifndef NN_CONV_2D_WINDOW_SLICES_S8_H
#define NN_CONV_2D_WINDOW_SLICES_S8_H

#include "nn_patch_taps_s8.h"
#include "nn_window_slices_s8.h"

typedef nn_patches_s8_t nn_conv_2d_window_slices_s8_t;

/* Output rows [y0, y1). `patches` is scratch for a slice of 3 patches, `sums` for 3 sums of each channel of a
 * group.
 */
NN_KERNEL void nn_conv_2d_window_slices_s8(const nn_conv_2d_window_slices_s8_t p, nn_rows_s8 in,
                                           nn_rows_s8 out, int8_t *patches, int32_t *sums,
                                           const int8_t *weights, const nn_window_channel_t *channels,
                                           int32_t y0, int32_t y1) {
  if (y0 >= y1) {
    return; /* many turns of a region have no row: nothing is prepared for them */
  }
  const int32_t run = p.k_w * p.in_c;
  const nn_patch_taps_t g = nn_patch_taps(p);
  nn_windows_t t;
  nn_windows(&t, p.out_zero, p.low, p.high);
  const int32_t rounding = nn_windows_rounding(p.out_zero, p.low);
  for (int32_t y = y0; y < y1; ++y) {
    nn_patch_rows_t rows;
    nn_patch_begin(p, in, y, &rows);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; x += 3, o += 3 * p.out_c) {
      const int32_t pixels = p.out_w - x < 3 ? p.out_w - x : 3;
      const int8_t *w = weights;
      for (int32_t c = 0; c < p.out_c; c += p.group) {
        const int32_t count = p.out_c - c < p.group ? p.out_c - c : p.group;
        for (int32_t ky = 0; ky < p.k_h; ky += p.slice) {
          const int32_t end = p.k_h - ky < p.slice ? p.k_h : ky + p.slice;
          const int32_t taps = (end - ky) * run;
          nn_gather_taps_s8(&g, rows.of + ky, end - ky, x, pixels, patches, taps);
          nn_windows_of(&t, taps, w, channels + c, count);
          if (end < p.k_h) {
            nn_window_slice_s8(&t, ky == 0, pixels, patches, taps, count, sums);
          } else {
            nn_last_window_slice_s8(&t, p.out_c, rounding, pixels, patches, taps, count, sums, o + c);
          }
          w += count * taps;
        }
      }
    }
  }
}

#endif
