/* Windows in plain C99: what they mean (see nn_windows_s8.h). */
#ifndef NN_ISA_WINDOWS_PORTABLE_H
#define NN_ISA_WINDOWS_PORTABLE_H

typedef struct {
  int32_t taps;
  int32_t out_zero;
  int32_t low, high;
  const int8_t *weights;
  const nn_window_channel_t *channels;
} nn_windows_t;

NN_KERNEL void nn_windows(nn_windows_t *t, int32_t out_zero, int32_t low, int32_t high) {
  t->out_zero = out_zero;
  t->low = low;
  t->high = high;
}

NN_KERNEL void nn_windows_of(nn_windows_t *t, int32_t taps, const int8_t *weights,
                             const nn_window_channel_t *channels, int32_t n) {
  (void)n;
  t->taps = taps;
  t->weights = weights;
  t->channels = channels;
}

NN_KERNEL void nn_windows_s8(const nn_windows_t *t, int32_t out_c, int32_t rounding, int32_t pixels,
                             const int8_t *first, int32_t step, int8_t *out) {
  (void)rounding;
  const int8_t *w = t->weights;
  for (int32_t o = 0; o < out_c; ++o, w += t->taps) {
    const nn_channel_t channel = nn_window_channel(t->channels[o].bias_shift, t->channels[o].multiplier);
    for (int32_t j = 0; j < pixels; ++j) {
      int32_t acc = channel.bias;
      for (int32_t i = 0; i < t->taps; ++i) {
        acc += first[j * step + i] * w[i];
      }
      out[j * out_c + o] = nn_output_s8(acc, &channel, NN_SHIFT_RIGHT, t->out_zero, t->low, t->high);
    }
  }
}

#endif
