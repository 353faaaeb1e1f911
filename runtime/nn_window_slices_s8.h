/* Windows (nn_windows_s8.h) whose taps come in slices: only one slice is gathered at a time, and the sums
 * over those before it stand in memory, 3 for each channel. Weights come slice by slice.
 *
 * nn_window_slice_s8 adds a slice of t->taps taps of up to 3 pixels for `channels` output channels, an even
 * number, to the sums; the first slice begins them. nn_last_window_slice_s8 adds the sums to the last slice,
 * and gives outputs. The window of pixel j is at patches + j * step.
 */
#ifndef NN_WINDOW_SLICES_S8_H
#define NN_WINDOW_SLICES_S8_H

#include "nn_windows_s8.h"

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/window_slices_mve.h"
#else
#include "isa/window_slices_portable.h"
#endif

#endif
