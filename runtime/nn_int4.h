/* Weights of four bits, decoded in the inner loop (packed by compiler/ops/int4.py). Four output channels go
 * together: a word of each, one after the other, then their next words. The nibbles of a word, from the
 * lowest, are weights 0 1 4 5 2 3 6 7: those that meet in one multiplication then have one distance. */
#ifndef NN_INT4_H
#define NN_INT4_H

#include "isa/api.h"

/* Nibble i of a word, -8 to 7. */
NN_KERNEL int32_t nn_weight_s4(uint32_t w, int32_t i) {
  const int32_t nibble = (int32_t)(w >> (4 * i) & 15u);
  return (nibble ^ 8) - 8;
}

/* Where weight i of eight stands. */
NN_KERNEL int32_t nn_nibble_of_s4(int32_t i) { return (i & 1) + ((i & 4) >> 1) + ((i & 2) << 1); }

/* Four sums of products, times 4096, of inputs in eights; the pointers move on. Those of 256 inputs fit 32
 * bits.
 */
typedef struct {
  const int8_t *in, *in_end;
  const uint32_t *weights;
  int32_t sums[4];
} nn_dot_words_s4_t; /* isa/int4_armv7em.h knows the offsets */

#if defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/int4_armv7em.h"
#else
#include "isa/int4_portable.h"
#endif

NN_KERNEL void nn_dot_some_s4(nn_dot_words_s4_t *t, int32_t n, int32_t acc[4]) {
  t->in_end = t->in + n;
  t->sums[0] = t->sums[1] = t->sums[2] = t->sums[3] = 0;
  nn_dot_words_s4(t);
  for (int32_t c = 0; c < 4; ++c) {
    acc[c] += t->sums[c] >> 12;
  }
}

/* acc[c] += in.wc for four channels and n inputs; where their weights end */
NN_KERNEL const uint32_t *nn_dot_1x4_s4(const int8_t *in, const uint32_t *weights, int32_t n,
                                        int32_t acc[4]) {
  nn_dot_words_s4_t t = {in, in, weights, {0, 0, 0, 0}};
  for (; n > 256; n -= 256) {
    nn_dot_some_s4(&t, 256, acc);
  }
  if (n >= 8) {
    nn_dot_some_s4(&t, n & ~7, acc);
  }
  if ((n & 7) != 0) { /* the weights go on with zeros */
    int8_t few[8] = {0, 0, 0, 0, 0, 0, 0, 0};
    for (int32_t i = 0; i < (n & 7); ++i) {
      few[i] = t.in[i];
    }
    t.in = few;
    nn_dot_some_s4(&t, 8, acc);
  }
  return t.weights;
}

#endif
