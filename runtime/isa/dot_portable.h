/* Inner products in plain C99: see api.h. */
#ifndef NN_ISA_DOT_PORTABLE_H
#define NN_ISA_DOT_PORTABLE_H

#include "nn_quant.h"

/* Apart from its callers, whose variables would take its registers on small cores. */
NN_APART void nn_dot_1x2_s8(const int8_t *a, const int8_t *w0, const int8_t *w1, int32_t n, int32_t acc[2]) {
  int32_t s0 = acc[0], s1 = acc[1];
  for (int32_t i = 0; i < n; ++i) {
    s0 += a[i] * w0[i];
    s1 += a[i] * w1[i];
  }
  acc[0] = s0;
  acc[1] = s1;
}

#endif
