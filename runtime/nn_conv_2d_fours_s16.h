/* CONV_2D, int16 activations and int8 weights, whose windows reach beyond no column of the image and whose
 * sums fit 32 bits; four output channels a pass. */
#ifndef NN_CONV_2D_FOURS_S16_H
#define NN_CONV_2D_FOURS_S16_H

#include "nn_rows.h"
#include "nn_s16.h"
#include "nn_window.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output; out_c is a multiple of 4 */
  int32_t k_h, k_w;            /* kernel */
  int32_t stride_h, stride_w;
  int32_t dilation_h;
  int32_t pad_top;
  int32_t scaling;   /* NN_S16_… */
  int32_t low, high; /* clamp of the output */
} nn_conv_2d_fours_s16_t;

/* One after the other, so that sums stay in registers. */
NN_KERNEL void nn_conv_2d_four_s16(const nn_conv_2d_fours_s16_t *p, const int32_t acc[4],
                                   const nn_channel_s16_t *channels, int16_t *out) {
  out[0] = nn_output_s16(channels[0].bias + acc[0], channels, p->scaling, p->low, p->high);
  out[1] = nn_output_s16(channels[1].bias + acc[1], channels + 1, p->scaling, p->low, p->high);
  out[2] = nn_output_s16(channels[2].bias + acc[2], channels + 2, p->scaling, p->low, p->high);
  out[3] = nn_output_s16(channels[3].bias + acc[3], channels + 3, p->scaling, p->low, p->high);
}

/* Adds the products of a window that begins at row in_y, and at `column` of it, with weights at w. */
NN_KERNEL void nn_conv_2d_window_s16(const nn_conv_2d_fours_s16_t *p, nn_rows_s16 in, int32_t column,
                                     int32_t in_y, nn_taps_t rows, const int8_t *w, int32_t acc[4]) {
  const int32_t run = p->k_w * p->in_c;
  const int32_t whole = in.depth == p->in_h && !in.fresh; /* all rows are one step apart */
  const int32_t together = whole ? rows.last - rows.first : 1;
  for (int32_t ky = rows.first; ky < rows.last; ky += together) {
    const int16_t *a = nn_row_s16(in, in_y + ky * p->dilation_h, p->in_h) + column;
    nn_dot_1x4_s16_s8(a, w + 4 * ky * run, run, acc, together, p->dilation_h * in.stride);
  }
}

/* Output rows [y0, y1). weights[out_c / 4][k_h], rows of taps packed by compiler/ops/int16.py: pack_fours;
 * channels[out_c]. */
NN_KERNEL void nn_conv_2d_fours_s16(const nn_conv_2d_fours_s16_t p, nn_rows_s16 in, nn_rows_s16 out,
                                    const int8_t *weights, const nn_channel_s16_t *channels, int32_t y0,
                                    int32_t y1) {
  const int32_t run = p.k_w * p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    const nn_taps_t rows = nn_taps_inside(y, p.out_h, p.stride_h, p.pad_top, p.k_h, p.dilation_h, p.in_h);
    const int32_t in_y = y * p.stride_h - p.pad_top;
    int16_t *o = nn_row_s16(out, y, p.out_h);
    for (int32_t x = 0; x < p.out_w; ++x) {
      const int8_t *w = weights;
      for (int32_t oc = 0; oc < p.out_c; oc += 4, w += 4 * p.k_h * run) {
        int32_t acc[4] = {0, 0, 0, 0};
        nn_conv_2d_window_s16(&p, in, x * p.stride_w * p.in_c, in_y, rows, w, acc);
        nn_conv_2d_four_s16(&p, acc, channels + oc, o + oc);
      }
      o += p.out_c;
    }
  }
}

#endif
