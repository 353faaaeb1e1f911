/* CONV_2D, int8, of lines (nn_line_s8.h), by windows: those of 3 neighbouring steps are copied and multiplied
 * with all output channels: see nn_windows_s8.h. */
#ifndef NN_CONV_2D_LINE_WINDOWS_S8_H
#define NN_CONV_2D_LINE_WINDOWS_S8_H

#include "nn_line_s8.h"
#include "nn_windows_s8.h"

typedef nn_line_s8_t nn_conv_2d_line_windows_s8_t;

/* Output steps [y0, y1). `strip` is scratch for 3 windows. */
NN_KERNEL void nn_conv_2d_line_windows_s8(const nn_conv_2d_line_windows_s8_t p, nn_rows_s8 in, nn_rows_s8 out,
                                          int8_t *strip, const int8_t *weights,
                                          const nn_window_channel_t *channels, int32_t y0, int32_t y1) {
  nn_windows_t t;
  nn_windows(&t, p.out_zero, p.low, p.high);
  const int32_t rounding = nn_windows_rounding(p.out_zero, p.low);
  nn_windows_of(&t, p.k * p.in_c, weights, channels, p.out_c);
  for (int32_t y = y0; y < y1;) {
    const int32_t pixels = nn_min(nn_min(y1 - y, nn_together_s8(out, y, p.out_h)), 3);
    nn_line_windows_s8(p, in, y, pixels, strip);
    nn_windows_s8(&t, p.out_c, rounding, pixels, strip, nn_line_step(p), nn_row_s8(out, y, p.out_h));
    y += pixels;
  }
}

#endif
