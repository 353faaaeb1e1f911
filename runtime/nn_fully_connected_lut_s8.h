/* FULLY_CONNECTED, int8 with weights of few values: indices of four bits, looked up as they are multiplied.
 */
#ifndef NN_FULLY_CONNECTED_LUT_S8_H
#define NN_FULLY_CONNECTED_LUT_S8_H

#include "nn_fully_connected_s4.h"

typedef nn_fully_connected_s4_t nn_fully_connected_lut_s8_t;

NN_SHARED void nn_fully_connected_lut_s8(const nn_fully_connected_lut_s8_t p, const int8_t *in, int8_t *out,
                                         const uint32_t *weights, const int8_t *values, const int32_t *biases,
                                         const nn_scale_t *scales, int32_t n) {
  nn_fully_connected_nibbles(p, in, out, weights, values, biases, scales, n);
}

#endif
