/* Frames that overlap, cut out of streams of samples, int16 (TensorFlow Lite Micro's SignalFramer). */
#ifndef NN_SIGNAL_FRAMER_S16_H
#define NN_SIGNAL_FRAMER_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t streams;
  int32_t frames; /* of one invocation */
  int32_t size;
  int32_t step;
  int32_t kept; /* samples held between frames */
} nn_signal_framer_s16_t;

/* in[streams][frames * step], out[streams][frames][size] (0 while there is no frame), state[streams][kept or
 * 1], of which `count` are there */
NN_KERNEL void nn_signal_framer_s16(const nn_signal_framer_s16_t p, const int16_t *in, int16_t *out,
                                    uint8_t *valid, int16_t *state, int32_t *count) {
  int32_t held = *count;
  *valid = 1;
  for (int32_t s = 0; s < p.streams; ++s, state += p.kept ? p.kept : 1) {
    held = *count;
    for (int32_t f = 0; f < p.frames; ++f, in += p.step, out += p.size) {
      const int32_t ready = held == p.kept;
      for (int32_t i = 0; i < p.size; ++i) {
        out[i] = (int16_t)(ready ? (i < p.kept ? state[i] : in[i - p.kept]) : 0);
      }
      if (ready) {
        for (int32_t i = 0; i < p.kept; ++i) {
          const int32_t from = i + p.step; /* of the state and the samples behind it */
          state[i] = from < p.kept ? state[from] : in[from - p.kept];
        }
      } else {
        for (int32_t i = 0; i < p.step; ++i) {
          state[held + i] = in[i];
        }
        held += p.step;
        *valid = 0;
      }
    }
  }
  *count = held;
}

#endif
