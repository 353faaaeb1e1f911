/* Samples of some invocations before, int16 (TensorFlow Lite Micro's SignalDelay). */
#ifndef NN_SIGNAL_DELAY_S16_H
#define NN_SIGNAL_DELAY_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t streams;
  int32_t size;
  int32_t delay;
} nn_signal_delay_s16_t;

/* in, out: streams of `size` samples; state: as many of `delay`, the oldest first */
NN_KERNEL void nn_signal_delay_s16(const nn_signal_delay_s16_t p, const int16_t *in, int16_t *out,
                                   int16_t *state) {
  for (int32_t s = 0; s < p.streams; ++s, in += p.size, out += p.size, state += p.delay) {
    for (int32_t i = 0; i < p.size; ++i) {
      out[i] = i < p.delay ? state[i] : in[i - p.delay];
    }
    for (int32_t i = 0; i < p.delay; ++i) {
      const int32_t from = i + p.size; /* of the state and the samples behind it */
      state[i] = from < p.delay ? state[from] : in[from - p.delay];
    }
  }
}

#endif
