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

/* acc[c] += a * the value that nibble `at` of the channel's word stands for, for two channels */
NN_KERNEL void nn_mac_1x2_lut(int32_t a, uint32_t w0, uint32_t w1, int32_t at, const int8_t *values0,
                              const int8_t *values1, int32_t acc[2]) {
  acc[0] += a * values0[w0 >> 4 * at & 15u];
  acc[1] += a * values1[w1 >> 4 * at & 15u];
}

/* acc[c] += in.wc for two of four channels; more have no registers on Arm cores */
NN_KERNEL void nn_dot_1x2_lut(const int8_t *in, const uint32_t *weights, const int8_t *values0,
                              const int8_t *values1, int32_t n, int32_t acc[2]) {
  int32_t sums[2] = {acc[0], acc[1]};
  for (; n >= 8; n -= 8, in += 8, weights += 4) {
    const uint32_t w0 = weights[0], w1 = weights[1];
    nn_mac_1x2_lut(in[0], w0, w1, 0, values0, values1, sums);
    nn_mac_1x2_lut(in[1], w0, w1, 1, values0, values1, sums);
    nn_mac_1x2_lut(in[4], w0, w1, 2, values0, values1, sums);
    nn_mac_1x2_lut(in[5], w0, w1, 3, values0, values1, sums);
    nn_mac_1x2_lut(in[2], w0, w1, 4, values0, values1, sums);
    nn_mac_1x2_lut(in[3], w0, w1, 5, values0, values1, sums);
    nn_mac_1x2_lut(in[6], w0, w1, 6, values0, values1, sums);
    nn_mac_1x2_lut(in[7], w0, w1, 7, values0, values1, sums);
  }
  for (int32_t i = 0; i < n; ++i) {
    nn_mac_1x2_lut(in[i], weights[0], weights[1], nn_nibble_of_s4(i), values0, values1, sums);
  }
  acc[0] = sums[0];
  acc[1] = sums[1];
}

/* nn_dot_1x4_s4 with indices of values[16], those of the next channel `step` behind, for nibbles */
NN_KERNEL const uint32_t *nn_dot_1x4_lut(const int8_t *in, const uint32_t *weights, const int8_t *values,
                                         int32_t step, int32_t n, int32_t acc[4]) {
  nn_dot_1x2_lut(in, weights, values, values + step, n, acc);
  nn_dot_1x2_lut(in, weights + 2, values + 2 * step, values + 3 * step, n, acc + 2);
  return weights + (n + 7) / 8 * 4;
}

#endif
