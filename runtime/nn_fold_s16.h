/* Constants of layers with int16 activations whose bias is computed at run time. */
#ifndef NN_FOLD_S16_H
#define NN_FOLD_S16_H

#include "nn_s16.h"

typedef struct {
  int32_t channels;
} nn_fold_channels_s16_s32_t;

typedef nn_fold_channels_s16_s32_t nn_fold_channels_s16_s64_t;
typedef nn_fold_channels_s16_s32_t nn_fold_biases_s16_s32_t;

/* Of an output channel. */
typedef struct {
  int32_t multiplier, shift;
} nn_multiplier_s16_t;

NN_KERNEL void nn_fold_channel_s16(nn_channel_s16_t *channel, int64_t bias, nn_multiplier_s16_t scale) {
  channel->bias = bias;
  channel->multiplier = scale.multiplier;
  channel->shift = scale.shift;
}

NN_SHARED void nn_fold_channels_s16_s32(const nn_fold_channels_s16_s32_t p, const int32_t *bias,
                                        const nn_multiplier_s16_t *multipliers, nn_channel_s16_t *channels) {
  for (int32_t c = 0; c < p.channels; ++c) {
    nn_fold_channel_s16(channels + c, bias[c], multipliers[c]);
  }
}

NN_SHARED void nn_fold_channels_s16_s64(const nn_fold_channels_s16_s64_t p, const int64_t *bias,
                                        const nn_multiplier_s16_t *multipliers, nn_channel_s16_t *channels) {
  for (int32_t c = 0; c < p.channels; ++c) {
    nn_fold_channel_s16(channels + c, bias[c], multipliers[c]);
  }
}

/* int32 biases as int64 */
NN_SHARED void nn_fold_biases_s16_s32(const nn_fold_biases_s16_s32_t p, const int32_t *bias,
                                      int64_t *biases) {
  for (int32_t c = 0; c < p.channels; ++c) {
    biases[c] = bias[c];
  }
}

#endif
