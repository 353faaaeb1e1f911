/* Up to three pixels by all output channels, int16 activations and int8 weights, whose sums the compiler has
 * proved to have 32 bits: the heart of convolutions on cores with MVE. */
#ifndef NN_WINDOWS_S16_H
#define NN_WINDOWS_S16_H

#include "nn_s16.h"

enum { NN_WINDOW_ROWS = 8, NN_WINDOW_PIXELS = 3 };

/* The taps of some pixels that are inside the image: rows[i][at] is the first of the first pixel. */
typedef struct {
  const int16_t *rows[NN_WINDOW_ROWS];
  int32_t count;             /* of rows */
  int32_t at, n;             /* in each row: the first, and how many numbers */
  int32_t skip;              /* weights before those of the first tap */
  int32_t pixels;            /* 1 to NN_WINDOW_PIXELS */
  int32_t run, taps;         /* weights of a row of taps, and of a channel */
  int32_t in_step, out_step; /* from a pixel to the next: input and output */
  int32_t out_c;
  int32_t low, high; /* clamp of the output */
} nn_windows_s16_t;

/* nn_windows_s16(t, weights, channels, out): channels are NN_S16_NARROW; where their number is odd, there is
 * one more of them and of their weights, whatever they are. */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/windows_s16_mve.h"
#else
#include "isa/windows_s16_portable.h"
#endif

#endif
