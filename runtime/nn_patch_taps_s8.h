/* Patches (nn_patches_s8.h) of kernels of up to NN_PATCH_ROWS rows, for windows.
 *
 *   nn_patch_taps(p)                                              what gathering needs of a layer
 *   nn_patch_begin(p, in, y, rows)                           finds the rows under output row y
 *   nn_gather_taps_s8(g, row, n, x, pixels, patches, step)    n rows of taps of up to 3 pixels from x on
 */
#ifndef NN_PATCH_TAPS_S8_H
#define NN_PATCH_TAPS_S8_H

#include "nn_patches_s8.h"

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/patch_taps_mve.h"
#else
#include "isa/patch_taps_portable.h"
#endif

#endif
