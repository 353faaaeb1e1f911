/* CONV_2D, int8, of lines (nn_line_s8.h): the windows of 2 neighbouring steps are copied and multiplied with
 * pairs of output channels. Zero points are in the biases. */
#ifndef NN_CONV_2D_LINE_S8_H
#define NN_CONV_2D_LINE_S8_H

#include "isa/api.h"
#include "nn_line_s8.h"

typedef nn_line_s8_t nn_conv_2d_line_s8_t;

/* Output steps [y0, y1). `strip` is scratch for 2 windows. weights[out_c][k][in_c]. */
NN_KERNEL void nn_conv_2d_line_s8(const nn_conv_2d_line_s8_t p, nn_rows_s8 in, nn_rows_s8 out, int8_t *strip,
                                  const int8_t *weights, const nn_channel_t *channels, int32_t y0,
                                  int32_t y1) {
  const int32_t taps = p.k * p.in_c;
  for (int32_t y = y0; y < y1;) {
    const int32_t pair = nn_min(y1 - y, nn_together_s8(out, y, p.out_h)) > 1;
    const int8_t *second = strip + pair * nn_line_step(p);
    nn_line_windows_s8(p, in, y, 1 + pair, strip);
    int8_t *o = nn_row_s8(out, y, p.out_h);
    for (int32_t oc = 0; oc < p.out_c;) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * taps, *w1 = w0 + both * taps;
      const nn_channel_t *c0 = channels + oc, *c1 = c0 + both;
      int8_t *to = o + oc;
      int32_t acc[4] = {c0->bias, c1->bias, c0->bias, c1->bias};
      nn_dot_2x2_s8(strip, second, w0, w1, taps, acc);
      to[0] = nn_output_s8(acc[0], c0, p.rounding, p.out_zero, p.low, p.high);
      to[both] = nn_output_s8(acc[1], c1, p.rounding, p.out_zero, p.low, p.high);
      if (pair) {
        to[p.out_c] = nn_output_s8(acc[2], c0, p.rounding, p.out_zero, p.low, p.high);
        to[p.out_c + both] = nn_output_s8(acc[3], c1, p.rounding, p.out_zero, p.low, p.high);
      }
      oc += 1 + both;
    }
    y += 1 + pair;
  }
}

#endif
