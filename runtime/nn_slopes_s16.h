/* Functions of int16 that are proportional on either side of 0: LEAKY_RELU, ABS (TFLite
 * QuantizeLeakyRelu, AbsEvalQuantized).
 */
#ifndef NN_SLOPES_S16_H
#define NN_SLOPES_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t absolute; /* 1: of the magnitude, by the first multiplier */
  int32_t turned;   /* 1: the sign of what is below 0 */
  int32_t multiplier, shift;
  int32_t negative_multiplier, negative_shift; /* below 0 */
} nn_slopes_s16_t;

/* n elements; out may be in */
NN_KERNEL void nn_slopes_s16(const nn_slopes_s16_t p, const int16_t *in, int16_t *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    const int32_t x = p.absolute && in[i] < 0 ? -in[i] : in[i];
    int32_t y = x >= 0 ? nn_requantize(x, p.multiplier, p.shift)
                       : nn_requantize(x, p.negative_multiplier, p.negative_shift);
    y = x < 0 && p.turned ? -y : y;
    out[i] = (int16_t)nn_clamp(y, -32768, 32767);
  }
}

#endif
