/* Constants of int8 layers whose weights or biases are computed at run time: what the compiler folds
 * otherwise. */
#ifndef NN_FOLD_S8_H
#define NN_FOLD_S8_H

#include "nn_quant.h"

typedef struct {
  int32_t channels, taps;         /* output channels, weights of each */
  int32_t channel_step, tap_step; /* from one channel's weight, or from one of its weights, to the next */
  int32_t in_zero, weights_zero;  /* zero points */
} nn_fold_biases_s8_t;

typedef nn_fold_biases_s8_t nn_fold_channels_s8_t;
typedef nn_fold_biases_s8_t nn_fold_sums_s8_t;

/* Of an output channel. */
typedef struct {
  int32_t multiplier, shift;
} nn_multiplier_t;

/* The sum of a channel's weights, which are fewer than 2^14. */
NN_KERNEL int32_t nn_fold_sum_s8(const nn_fold_biases_s8_t *p, const int8_t *weights, int32_t channel) {
  const int8_t *w = weights + channel * p->channel_step;
  int32_t sum = -p->taps * p->weights_zero;
  for (int32_t i = 0; i < p->taps; ++i) {
    sum += w[i * p->tap_step];
  }
  return sum;
}

/* The bias of a channel without what the input's zero point adds to its sum of products, modulo 2^32. */
NN_KERNEL int32_t nn_fold_bias_s8(const nn_fold_biases_s8_t *p, const int8_t *weights, const int32_t *bias,
                                  int32_t channel) {
  const int32_t zeros = p->in_zero == 0 ? 0 : p->in_zero * nn_fold_sum_s8(p, weights, channel);
  return (int32_t)((uint32_t)bias[channel] - (uint32_t)zeros);
}

/* sums[channels] */
NN_SHARED void nn_fold_sums_s8(const nn_fold_sums_s8_t p, const int8_t *weights, int32_t *sums) {
  for (int32_t c = 0; c < p.channels; ++c) {
    sums[c] = nn_fold_sum_s8(&p, weights, c);
  }
}

/* bias[channels], biases[channels] */
NN_SHARED void nn_fold_biases_s8(const nn_fold_biases_s8_t p, const int8_t *weights, const int32_t *bias,
                                 int32_t *biases) {
  for (int32_t c = 0; c < p.channels; ++c) {
    biases[c] = nn_fold_bias_s8(&p, weights, bias, c);
  }
}

/* bias[channels], multipliers[channels], channels[channels] */
NN_SHARED void nn_fold_channels_s8(const nn_fold_channels_s8_t p, const int8_t *weights, const int32_t *bias,
                                   const nn_multiplier_t *multipliers, nn_channel_t *channels) {
  for (int32_t c = 0; c < p.channels; ++c) {
    channels[c].bias = nn_fold_bias_s8(&p, weights, bias, c);
    channels[c].multiplier = multipliers[c].multiplier;
    channels[c].shift = multipliers[c].shift;
  }
}

#endif
