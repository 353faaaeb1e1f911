/* Frames that overlap added to streams of samples, float32 (TensorFlow Lite Micro's SignalOverlapAdd). */
#ifndef NN_SIGNAL_OVERLAP_ADD_F32_H
#define NN_SIGNAL_OVERLAP_ADD_F32_H

#include "nn_quant.h"

typedef struct {
  int32_t streams;
  int32_t frames;
  int32_t size;
  int32_t step;
} nn_signal_overlap_add_f32_t;

/* in[streams][frames][size], out[streams][frames][step], state[streams][size]: what later frames add to */
NN_KERNEL void nn_signal_overlap_add_f32(const nn_signal_overlap_add_f32_t p, const float *in, float *out,
                                         float *state) {
  for (int32_t s = 0; s < p.streams; ++s, state += p.size) {
    for (int32_t f = 0; f < p.frames; ++f, in += p.size, out += p.step) {
      for (int32_t i = 0; i < p.size; ++i) {
        const float sum = state[i] + in[i];
        if (i < p.step) {
          out[i] = sum;
        } else {
          state[i - p.step] = sum;
        }
      }
      for (int32_t i = p.size - p.step; i < p.size; ++i) {
        state[i] = 0.0f;
      }
    }
  }
}

#endif
