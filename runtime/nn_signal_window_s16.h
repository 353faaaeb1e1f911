/* Samples times a window, frame by frame, int16 (TensorFlow Lite Micro's SignalWindow). */
#ifndef NN_SIGNAL_WINDOW_S16_H
#define NN_SIGNAL_WINDOW_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t frames;
  int32_t size;
  int32_t shift;
} nn_signal_window_s16_t;

/* in, out: frames of `size` samples */
NN_KERNEL void nn_signal_window_s16(const nn_signal_window_s16_t p, const int16_t *in, int16_t *out,
                                    const int16_t *window) {
  for (int32_t f = 0; f < p.frames; ++f) {
    for (int32_t i = 0; i < p.size; ++i) {
      *out++ = (int16_t)nn_clamp((*in++ * window[i]) >> p.shift, -32768, 32767);
    }
  }
}

#endif
