/* All output channels of up to 3 pixels, int8: the heart of convolutions on cores with MVE.
 *
 * The window of pixel j are `taps` int8 one after the other at `first` + j * step. Weights and channels are
 * as the model has them; where the number of channels is odd, one more of each, whatever it is, makes it
 * even. The compiler has proved that |accumulator| < 2^30 and that every shift is to the right by 1 to 31.
 */
#ifndef NN_WINDOWS_S8_H
#define NN_WINDOWS_S8_H

#include "isa/api.h"

/* What a run over output channels works on. */
typedef struct {
  int32_t taps;
  int32_t out_c, out_zero;
  int32_t low, high;            /* clamp of the output */
  const int8_t *weights;        /* [out_c][taps] */
  const nn_channel_t *channels; /* [out_c] */
} nn_windows_t;

/* Rounding as for packed channels: NN_ROUND_UP where results below the zero point are clamped to it. */
NN_KERNEL int32_t nn_windows_rounding(const nn_windows_t *t) {
  return t->low >= t->out_zero ? NN_ROUND_UP : NN_ROUND_AWAY;
}

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/windows_mve.h"
#else
#include "isa/windows_portable.h"
#endif

#endif
