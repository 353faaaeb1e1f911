/* SOFTMAX, int8 (TFLite reference_ops::Softmax): fixed point, the exponentials from a table. */
#ifndef NN_SOFTMAX_S8_H
#define NN_SOFTMAX_S8_H

#include "nn_quant.h"

typedef struct {
  int32_t depth;   /* elements of a row */
  int32_t entries; /* of the table; what lies further below the greatest element counts as 0 */
} nn_softmax_s8_t;

/* 2^31 / x for x in [2^31, 2^32), by three steps of Newton (gemmlowp one_over_one_plus_x_for_x_in_0_1) */
NN_KERNEL int32_t nn_reciprocal(uint32_t x) {
  const int32_t half = (int32_t)(x >> 1);
  int32_t y = 1515870810 + nn_high_mul(half, -1010580540); /* 48/17 - 32/17 * half */
  for (int32_t i = 0; i < 3; ++i) {
    y += nn_high_mul(y, (1 << 29) - nn_high_mul(half, y)) * 4;
  }
  return y > 0x3fffffff ? INT32_MAX : y * 2;
}

/* n rows one after the other; exponentials[d] = exp(-d * scale * beta) as Q0.31; out may be in */
NN_SHARED void nn_softmax_s8(const nn_softmax_s8_t p, const int8_t *in, int8_t *out,
                             const int32_t *exponentials, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.depth, out += p.depth) {
    int32_t max = in[0];
    for (int32_t i = 1; i < p.depth; ++i) {
      max = in[i] > max ? in[i] : max;
    }
    uint32_t sum = 0; /* Q12.19 */
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t below = max - in[i];
      if (below < p.entries) {
        sum += ((uint32_t)exponentials[below] + 2048u) >> 12;
      }
    }
    int32_t shift = 31 - 8 + 12; /* to eight bits, and back by what the sum has above 1 */
    for (; sum < 0x80000000u; sum <<= 1) {
      --shift;
    }
    shift = shift < 31 ? shift : 31;
    const int32_t scale = nn_reciprocal(sum);
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t below = max - in[i];
      int32_t y = -128;
      if (below < p.entries) {
        y += nn_rounding_shift(nn_high_mul(scale, exponentials[below]), shift);
      }
      out[i] = (int8_t)(y < 127 ? y : 127);
    }
  }
}

#endif
