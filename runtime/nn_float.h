/* Small float32 helpers. */
#ifndef NN_FLOAT_H
#define NN_FLOAT_H

#include "nn_quant.h"

NN_KERNEL float nn_clamp_f32(float x, float low, float high) { return x < low ? low : (x > high ? high : x); }

#endif
