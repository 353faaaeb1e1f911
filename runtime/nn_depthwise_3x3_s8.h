/* A row of a depthwise convolution with a 3x3 kernel, int8: the heart of nn_depthwise_conv_2d_3x3_s8.h.
 *
 * Channel by channel along the row, the weights and the requantisation of a channel stay in registers. Input
 * columns are taken one after the other: a column of three pixels, loaded once, goes into the sums of all
 * output pixels that it belongs to. The input's zero point is folded into the biases, so a column outside
 * counts as three zero points; a row outside gets weights 0 and adds its zero points to the bias.
 */
#ifndef NN_DEPTHWISE_3X3_S8_H
#define NN_DEPTHWISE_3X3_S8_H

#include "isa/api.h"

/* Column k of the kernel: rows 0 and 1 in top[k], row 2 in bottom01 (columns 0 and 1) and bottom2. */
typedef struct {
  nn_pair_t top[3], bottom01;
  int32_t bottom2;
} nn_weights_3x3_t;

/* Three input pixels above each other: rows 0 and 1, row 2. */
typedef struct {
  nn_pair_t top;
  int32_t bottom;
} nn_column_3_t;

/* One output row: the input rows under the window, and what lies outside the image. */
typedef struct {
  const int8_t *row0, *row1, *row2;
  int32_t outside0, outside2; /* is row 0 (row 2) outside? */
  int32_t outside_left;       /* is column 0 of the first pixel outside? */
  int32_t outside_right;      /* is column 2 of the last pixel outside? */
  int32_t c, pixels;          /* channels, output pixels */
  int32_t in_zero, out_zero;
  int8_t *out;
  const int8_t *weights;
  const nn_packed_channel_t *channels;
} nn_depthwise_3x3_t; /* isa/depthwise_3x3_armv7em.h knows the offsets */

NN_KERNEL nn_column_3_t nn_column_3_s8(const int8_t *row0, const int8_t *row1, const int8_t *row2,
                                       int32_t offset) {
  const nn_column_3_t column = {nn_pair(row0[offset], row1[offset]), row2[offset]};
  return column;
}

/* acc + the column times column k of the kernel */
NN_KERNEL int32_t nn_mac_column_3(nn_column_3_t column, const nn_weights_3x3_t *w, int k, int32_t acc) {
  const int32_t top = nn_dot_pair(column.top, w->top[k], acc);
  return k == 0   ? nn_scale_low(column.bottom, w->bottom01, top)
         : k == 1 ? nn_scale_high(column.bottom, w->bottom01, top)
                  : top + column.bottom * w->bottom2;
}

/* The weights of one channel, packed by the compiler as {00, 01, 10, 11}, {02, 20, 12, 21}, 22 (row,
 * column), which load as pairs. Rows outside are cleared; what they count goes to the bias. */
NN_KERNEL nn_weights_3x3_t nn_weights_3x3_s8(const int8_t *packed, const nn_depthwise_3x3_t *t,
                                             int32_t *bias) {
  nn_weights_3x3_t w;
  nn_load_pairs_s8(packed, &w.top[0], &w.top[1]);
  nn_load_pairs_s8(packed + 4, &w.top[2], &w.bottom01);
  w.bottom2 = packed[8];
  if (t->outside0) {
    for (int k = 0; k < 3; ++k) {
      *bias = nn_scale_low(t->in_zero, w.top[k], *bias);
      w.top[k] = nn_pair_high(w.top[k]);
    }
  }
  if (t->outside2) {
    *bias = nn_dot_pair(nn_pair(t->in_zero, t->in_zero), w.bottom01, *bias) + t->in_zero * w.bottom2;
    w.bottom01 = nn_pair(0, 0);
    w.bottom2 = 0;
  }
  return w;
}

/* All channels of one output row. */
NN_KERNEL void nn_depthwise_3x3_row_s8(const nn_depthwise_3x3_t *t, int32_t stride, int32_t rounding) {
  const int8_t *const row0 = t->row0, *const row1 = t->row1, *const row2 = t->row2;
  const int32_t c = t->c;
  for (int32_t channel = 0; channel < c; ++channel) {
    const nn_requantize_t scale = nn_unpack_channel(t->channels[channel], t->out_zero);
    int32_t bias = scale.bias;
    const nn_weights_3x3_t w = nn_weights_3x3_s8(t->weights + 9 * channel, t, &bias);
    const nn_column_3_t zero = {nn_pair(t->in_zero, t->in_zero), t->in_zero};
    int32_t at = channel; /* of the next column */
    int8_t *out = t->out + channel;
    int8_t *const end = out + (t->pixels - t->outside_right) * c;
    nn_column_3_t column = zero;
    if (!t->outside_left) {
      column = nn_column_3_s8(row0, row1, row2, at);
      at += c;
    }
    int32_t acc = nn_mac_column_3(column, &w, 0, bias), next = 0;
    if (stride == 1) {
      column = nn_column_3_s8(row0, row1, row2, at);
      at += c;
      acc = nn_mac_column_3(column, &w, 1, acc);
      next = nn_mac_column_3(column, &w, 0, bias);
    }
    for (; out != end; out += c) {
      if (stride == 2) {
        acc = nn_mac_column_3(nn_column_3_s8(row0, row1, row2, at), &w, 1, acc);
        at += c;
      }
      column = nn_column_3_s8(row0, row1, row2, at);
      at += c;
      acc = nn_mac_column_3(column, &w, 2, acc);
      *out = nn_output_packed_s8(acc, scale, rounding);
      if (stride == 1) {
        acc = nn_mac_column_3(column, &w, 1, next);
        next = nn_mac_column_3(column, &w, 0, bias);
      } else {
        acc = nn_mac_column_3(column, &w, 0, bias);
      }
    }
    if (t->outside_right) {
      if (stride == 2) {
        acc = nn_mac_column_3(nn_column_3_s8(row0, row1, row2, at), &w, 1, acc);
      }
      *out = nn_output_packed_s8(nn_mac_column_3(zero, &w, 2, acc), scale, rounding);
    }
  }
}

/* With ties up: nn_depthwise_3x3_same_s8 for stride 1 where column 0 of the first and column 2 of the last
 * pixel are outside (two pixels or more), nn_depthwise_3x3_row_2_up_s8 for stride 2. */
#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/depthwise_3x3_armv7em.h"
#elif defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#include "isa/depthwise_3x3_armv6m.h"
#else
#include "isa/depthwise_3x3_portable.h"
#endif

#endif
