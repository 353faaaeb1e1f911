/* ADD, int8, equal shapes: the linear form of nn_add_s8 in 64 bits, where there is none in 32. */
#ifndef NN_ADD_WIDE_S8_H
#define NN_ADD_WIDE_S8_H

#include "nn_quant.h"

typedef struct {
  int32_t factor_a, factor_b;
  int64_t start; /* rounding and the zero points */
  int32_t shift;
  int32_t low, high; /* clamp of the output */
} nn_add_wide_s8_t;

/* n elements; out may be a or b */
NN_KERNEL void nn_add_wide_s8(const nn_add_wide_s8_t p, const int8_t *a, const int8_t *b, int8_t *out,
                              int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    const int64_t sum = p.start + (int64_t)a[i] * p.factor_a + (int64_t)b[i] * p.factor_b;
    out[i] = (int8_t)nn_clamp((int32_t)(sum >> p.shift), p.low, p.high);
  }
}

#endif
