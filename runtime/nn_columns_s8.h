/* A row of a depthwise convolution with a kernel of up to 3x4, int8, for cores with MVE: the heart of
 * nn_depthwise_conv_2d_columns_s8.h.
 *
 * The three input rows under the window are interleaved: for each column, and of 16 channels each, its three
 * pixels and a fourth byte that no weight reads. So the window of an output is 4 words (columns), 16
 * products. Channels go in fours; the last four of a layer may begin before a multiple of 4.
 */
#ifndef NN_COLUMNS_S8_H
#define NN_COLUMNS_S8_H

#include "isa/api.h"

#define NN_COLUMNS_CHANNELS 16                     /* that are interleaved together */
#define NN_COLUMNS_BYTES (4 * NN_COLUMNS_CHANNELS) /* of an interleaved column */

/* Neighbouring fours of channels of some neighbouring output pixels. */
typedef struct {
  const int8_t *weights;   /* [channel][column][row], 4 bytes of each column */
  const int32_t *channels; /* of each four: bias * 256 + (shift & 255), multipliers */
  int8_t *out;             /* first channel of the first pixel */
  int32_t groups;          /* fours of channels */
  int32_t pixels;
  int32_t c;    /* bytes from an output pixel to the next */
  int32_t zero; /* zero point of the output */
  int32_t step; /* bytes from the columns of an output pixel to those of the next */
  int32_t size; /* of a channel's weights: 4 for each column */
} nn_columns_t; /* isa/columns_mve.h knows the offsets */

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/columns_mve.h"
#else
#include "isa/columns_portable.h"
#endif

#endif
