/* Small float32 helpers. */
#ifndef NN_FLOAT_H
#define NN_FLOAT_H

#include "nn_quant.h"

NN_KERNEL float nn_clamp_f32(float x, float low, float high) { return x < low ? low : (x > high ? high : x); }

/* x rounded to the nearest integer, ties away from zero, within [low, high]; both are integers that an int32
 * holds. What is no number becomes low. */
NN_KERNEL int32_t nn_round_f32(float x, float low, float high) {
  const float bounded = !(x > low) ? low : (x < high ? x : high);
  const int32_t whole = (int32_t)bounded;
  const float rest = bounded - (float)whole; /* exact */
  return whole + (rest >= 0.5f) - (rest <= -0.5f);
}

#endif
