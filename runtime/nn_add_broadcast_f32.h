/* ADD, float32, with repeated axes. */
#ifndef NN_ADD_BROADCAST_F32_H
#define NN_ADD_BROADCAST_F32_H

#include "nn_broadcast.h"
#include "nn_float.h"

typedef struct {
  nn_broadcast_t axes;
  float low, high; /* clamp of the output */
} nn_add_broadcast_f32_t;

/* out may be an operand of which no axis is repeated */
NN_KERNEL void nn_add_broadcast_f32(const nn_add_broadcast_f32_t p, const float *a, const float *b,
                                    float *out) {
  const int32_t rows = nn_broadcast_rows(p.axes);
  for (int32_t row = 0; row < rows; ++row, out += p.axes.size5) {
    const float *x = a + nn_broadcast_a(p.axes, row), *y = b + nn_broadcast_b(p.axes, row);
    for (int32_t i = 0; i < p.axes.size5; ++i, x += p.axes.a5, y += p.axes.b5) {
      out[i] = nn_clamp_f32(*x + *y, p.low, p.high);
    }
  }
}

#endif
