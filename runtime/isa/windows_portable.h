/* Windows in plain C99: what they mean (see nn_windows_s8.h). */
#ifndef NN_ISA_WINDOWS_PORTABLE_H
#define NN_ISA_WINDOWS_PORTABLE_H

NN_KERNEL void nn_windows_s8(const nn_windows_t *t, int32_t pixels, const int8_t *first, int32_t step,
                             int8_t *out) {
  const int8_t *w = t->weights;
  for (int32_t o = 0; o < t->out_c; ++o, w += t->taps) {
    for (int32_t j = 0; j < pixels; ++j) {
      int32_t acc = t->channels[o].bias;
      for (int32_t i = 0; i < t->taps; ++i) {
        acc += first[j * step + i] * w[i];
      }
      out[j * t->out_c + o] =
          nn_output_s8(acc, &t->channels[o], NN_SHIFT_RIGHT, t->out_zero, t->low, t->high);
    }
  }
}

#endif
