/* TRANSPOSE_CONV, int16 activations and int8 weights: outputs a stride apart are a convolution of their own,
 * with every stride-th tap ("phases"), computed by windows (nn_windows_s16.h). */
#ifndef NN_TRANSPOSE_CONV_WINDOWS_S16_H
#define NN_TRANSPOSE_CONV_WINDOWS_S16_H

#include "nn_rows.h"
#include "nn_windows_s16.h"

typedef struct {
  int32_t in_h, in_w, in_c;    /* input rows, columns, channels */
  int32_t out_h, out_w, out_c; /* output */
  int32_t k_h, k_w;            /* kernel, of at most NN_WINDOW_ROWS rows a phase */
  int32_t stride_h, stride_w;
  int32_t pad_top, pad_left; /* rows and columns cut off the output */
  int32_t low, high;         /* clamp of the output */
} nn_transpose_conv_windows_s16_t;

/* How many of `taps` are in a phase: phase, phase + stride, … */
NN_KERNEL int32_t nn_phase_taps(int32_t taps, int32_t stride, int32_t phase) {
  return phase < taps ? (taps - phase + stride - 1) / stride : 0;
}

/* How many are in the phases before it. */
NN_KERNEL int32_t nn_phase_start(int32_t taps, int32_t stride, int32_t phase) {
  int32_t before = 0;
  for (int32_t f = 0; f < phase; ++f) {
    before += nn_phase_taps(taps, stride, f);
  }
  return before;
}

/* Of the outputs of a row the phase with columns of `taps` taps, from output x on; t has its rows, of which
 * `above` are outside of the image. */
NN_KERNEL void nn_transpose_conv_phase_s16(const nn_transpose_conv_windows_s16_t *p, nn_windows_s16_t *t,
                                           int32_t x, int32_t taps, int32_t above, const int8_t *weights,
                                           const nn_channel_s16_t *channels, int16_t *out) {
  const int32_t rows = t->count;
  for (; x < p->out_w; x += t->pixels * p->stride_w) {
    const int32_t from = (x + p->pad_left) / p->stride_w - taps + 1; /* the column of the first tap */
    const int32_t first = from < 0 ? -from : 0, last = nn_min(taps, p->in_w - from);
    t->pixels = 1;
    while (from >= 0 && t->pixels < NN_WINDOW_PIXELS && x + t->pixels * p->stride_w < p->out_w &&
           from + t->pixels + taps <= p->in_w) {
      ++t->pixels;
    }
    t->at = (from + first) * p->in_c;
    t->n = (last - first) * p->in_c;
    t->skip = (above * taps + first) * p->in_c;
    t->count = last > first ? rows : 0;
    nn_windows_s16(t, weights, channels, out + x * p->out_c);
  }
  t->count = rows;
}

/* Output rows [y0, y1). Weights of each phase [out_c][rows of taps][columns of taps][in_c], both in the order
 * of the inputs; channels[out_c]. */
NN_KERNEL void nn_transpose_conv_windows_s16(const nn_transpose_conv_windows_s16_t p, nn_rows_s16 in,
                                             nn_rows_s16 out, const int8_t *weights,
                                             const nn_channel_s16_t *channels, int32_t y0, int32_t y1) {
  const int32_t each = p.out_c * p.in_c;
  for (int32_t y = y0; y < y1; ++y) {
    const int32_t at = y + p.pad_top, phase = at % p.stride_h, k_h = nn_phase_taps(p.k_h, p.stride_h, phase);
    const int32_t from = at / p.stride_h - k_h + 1, above = from < 0 ? -from : 0;
    const int8_t *const row = weights + nn_phase_start(p.k_h, p.stride_h, phase) * p.k_w * each;
    nn_windows_s16_t t;
    t.count = 0;
    for (int32_t i = above; i < k_h && from + i < p.in_h; ++i) {
      t.rows[t.count++] = nn_row_s16(in, from + i, p.in_h);
    }
    t.in_step = p.in_c;
    t.out_step = p.stride_w * p.out_c;
    t.out_c = p.out_c;
    t.low = p.low;
    t.high = p.high;
    for (int32_t f = 0; f < p.stride_w; ++f) {
      const int32_t k_w = nn_phase_taps(p.k_w, p.stride_w, f);
      const int32_t x = (f + p.stride_w - p.pad_left % p.stride_w) % p.stride_w;
      t.run = k_w * p.in_c;
      t.taps = k_h * t.run;
      nn_transpose_conv_phase_s16(&p, &t, x, k_w, above,
                                  row + k_h * nn_phase_start(p.k_w, p.stride_w, f) * each, channels,
                                  nn_row_s16(out, y, p.out_h));
    }
  }
}

#endif
