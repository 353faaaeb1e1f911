/* All output channels of up to 3 pixels, int8: the heart of convolutions on cores with MVE.
 *
 * The window of pixel j are `taps` int8 one after the other at `first` + j * step. Weights are as the model
 * has them; where the number of channels is odd, one more of each, whatever it is, makes it
 * even. The compiler has proved that |accumulator| < 2^30 and that every shift is to the right by 1 to 31.
 */
#ifndef NN_WINDOWS_S8_H
#define NN_WINDOWS_S8_H

#include "isa/api.h"

/* Requantisation of a channel: bias * 256 + (shift & 255), multiplier. */
typedef struct {
  int32_t bias_shift, multiplier;
} nn_window_channel_t;

NN_KERNEL nn_channel_t nn_window_channel(int32_t bias_shift, int32_t multiplier) {
  const nn_channel_t channel = {bias_shift >> 8, multiplier, (bias_shift & 255) - 256};
  return channel;
}

/* Rounding as for packed channels: NN_ROUND_UP where results below the zero point are clamped to it. */
NN_KERNEL int32_t nn_windows_rounding(int32_t zero, int32_t low) {
  return low >= zero ? NN_ROUND_UP : NN_ROUND_AWAY;
}

/* Both headers define nn_windows_t and
 *
 *   nn_windows(t, out_zero, low, high)    begins one whose outputs are clamped
 *   nn_windows_of(t, taps, weights, channels, n) makes it work on weights[n][taps] and channels[n] from now
 * on nn_windows_s8(t, out_c, rounding, pixels, first, step, out)   the outputs of up to 3 pixels
 */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/windows_mve.h"
#else
#include "isa/windows_portable.h"
#endif

#endif
