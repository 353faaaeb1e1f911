/* DEPTHWISE_CONV_2D, int8 with weights of few values: indices of four bits, looked up as they are multiplied.
 */
#ifndef NN_DEPTHWISE_CONV_2D_LUT_S8_H
#define NN_DEPTHWISE_CONV_2D_LUT_S8_H

#include "nn_depthwise_conv_2d_s4.h"

typedef nn_depthwise_conv_2d_s4_t nn_depthwise_conv_2d_lut_s8_t;

NN_KERNEL void nn_depthwise_conv_2d_lut_s8(const nn_depthwise_conv_2d_lut_s8_t p, nn_rows_s8 in,
                                           nn_rows_s8 out, const uint16_t *weights, const int8_t *values,
                                           const nn_channel_t *channels, int32_t y0, int32_t y1) {
  nn_depthwise_conv_2d_nibbles(p, in, out, weights, values, channels, y0, y1);
}

#endif
