/* Slices of windows in plain C99: what they mean (see nn_window_slices_s8.h). */
#ifndef NN_ISA_WINDOW_SLICES_PORTABLE_H
#define NN_ISA_WINDOW_SLICES_PORTABLE_H

NN_KERNEL void nn_window_slice_s8(const nn_windows_t *t, int first, int32_t pixels, const int8_t *patches,
                                  int32_t step, int32_t channels, int32_t *sums) {
  const int8_t *w = t->weights;
  for (int32_t o = 0; o < channels; ++o, w += t->taps, sums += 3) {
    for (int32_t j = 0; j < pixels; ++j) {
      int32_t sum = first ? 0 : sums[j];
      for (int32_t i = 0; i < t->taps; ++i) {
        sum += patches[j * step + i] * w[i];
      }
      sums[j] = sum;
    }
  }
}

NN_KERNEL void nn_last_window_slice_s8(const nn_windows_t *t, int32_t out_c, int32_t rounding, int32_t pixels,
                                       const int8_t *patches, int32_t step, int32_t channels, int32_t *sums,
                                       int8_t *out) {
  (void)rounding;
  nn_window_slice_s8(t, 0, pixels, patches, step, channels, sums);
  for (int32_t o = 0; o < channels; ++o, sums += 3) {
    const nn_channel_t channel = nn_window_channel(t->channels[o].bias_shift, t->channels[o].multiplier);
    for (int32_t j = 0; j < pixels; ++j) {
      const int32_t acc = sums[j] + channel.bias;
      out[j * out_c + o] = nn_output_s8(acc, &channel, NN_SHIFT_RIGHT, t->out_zero, t->low, t->high);
    }
  }
}

#endif
