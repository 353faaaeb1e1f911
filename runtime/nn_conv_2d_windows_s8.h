/* CONV_2D, int8, by windows: the taps of 3 neighbouring output pixels are gathered into patches and
 * multiplied with all output channels: see nn_windows_s8.h. */
#ifndef NN_CONV_2D_WINDOWS_S8_H
#define NN_CONV_2D_WINDOWS_S8_H

#include "nn_patch_taps_s8.h"
#include "nn_windows_s8.h"

typedef nn_patches_s8_t nn_conv_2d_windows_s8_t;

/* Output rows [y0, y1). `patches` is scratch for 3 patches. */
NN_KERNEL void nn_conv_2d_windows_s8(const nn_conv_2d_windows_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                     int8_t *patches, const int8_t *weights,
                                     const nn_window_channel_t *channels, int32_t y0, int32_t y1) {
  if (y0 >= y1) {
    return; /* many turns of a region have no row: nothing is prepared for them */
  }
  const int32_t taps = p.k_h * p.k_w * p.in_c;
  const nn_patch_taps_t g = nn_patch_taps(p);
  nn_windows_t t;
  nn_windows(&t, p.out_zero, p.low, p.high);
  const int32_t rounding = nn_windows_rounding(p.out_zero, p.low);
  nn_windows_of(&t, taps, weights, channels, p.out_c);
  for (int32_t y = y0; y < y1; ++y) {
    nn_patch_rows_t rows;
    nn_patch_begin(p, in, y, &rows);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; x += 3, o += 3 * p.out_c) {
      const int32_t pixels = p.out_w - x < 3 ? p.out_w - x : 3;
      nn_gather_taps_s8(&g, rows.of, p.k_h, x, pixels, patches, taps);
      nn_windows_s8(&t, p.out_c, rounding, pixels, patches, taps, o);
    }
  }
}

#endif
