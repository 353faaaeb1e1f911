/* Frames and those around them side by side, int16 (TensorFlow Lite Micro's SignalStacker). */
#ifndef NN_SIGNAL_STACKER_S16_H
#define NN_SIGNAL_STACKER_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t channels;
  int32_t left;
  int32_t frames; /* side by side */
  int32_t step;   /* frames between one output and the next */
} nn_signal_stacker_s16_t;

/* in[channels], out and state[frames][channels]; `count` frames are there, or -1 before the first, which
 * stands for those to its left */
NN_KERNEL void nn_signal_stacker_s16(const nn_signal_stacker_s16_t p, const int16_t *in, int16_t *out,
                                     uint8_t *valid, int16_t *state, int32_t *count) {
  const int32_t size = p.frames * p.channels;
  int32_t held = *count;
  for (int32_t copies = held < 0 ? p.left + 1 : 1, f = held < 0 ? 0 : held; copies > 0; --copies, ++f) {
    for (int32_t c = 0; c < p.channels; ++c) {
      state[f * p.channels + c] = in[c];
    }
    held = f + 1;
  }
  const int32_t ready = held == p.frames;
  for (int32_t i = 0; i < size; ++i) {
    out[i] = (int16_t)(ready ? state[i] : 0);
  }
  if (ready) {
    const int32_t gone = p.step * p.channels;
    for (int32_t i = gone; i < size; ++i) {
      state[i - gone] = state[i];
    }
    held -= p.step;
  }
  *valid = (uint8_t)ready;
  *count = held;
}

#endif
