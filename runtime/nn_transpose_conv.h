/* Geometry of TRANSPOSE_CONV: which input positions reach an output position. */
#ifndef NN_TRANSPOSE_CONV_H
#define NN_TRANSPOSE_CONV_H

#include "nn_window.h"

/* Along one axis, input i reaches output `o` through tap o + pad - i * stride, if that is in [0, taps). The
 * inputs [first, last) of `extent`. */
NN_KERNEL nn_taps_t nn_transposed(int32_t o, int32_t stride, int32_t pad, int32_t taps, int32_t extent) {
  const int32_t at = o + pad, least = at - taps + 1;
  const nn_taps_t inside = {least > 0 ? (least + stride - 1) / stride : 0,
                            at / stride + 1 < extent ? at / stride + 1 : extent};
  return inside;
}

#endif
