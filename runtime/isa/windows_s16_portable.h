/* Windows of int16 in plain C99: what they mean (see nn_windows_s16.h). */
#ifndef NN_ISA_WINDOWS_S16_PORTABLE_H
#define NN_ISA_WINDOWS_S16_PORTABLE_H

NN_KERNEL void nn_windows_s16(const nn_windows_s16_t *t, const int8_t *weights,
                              const nn_channel_s16_t *channels, int16_t *out) {
  for (int32_t oc = 0; oc < t->out_c; ++oc) {
    const int8_t *const first = weights + oc * t->taps + t->skip;
    for (int32_t j = 0; j < t->pixels; ++j) {
      int32_t sum = 0;
      for (int32_t ky = 0; ky < t->count; ++ky) {
        const int16_t *a = t->rows[ky] + t->at + j * t->in_step;
        const int8_t *w = first + ky * t->run;
        for (int32_t i = 0; i < t->n; ++i) {
          sum += a[i] * w[i];
        }
      }
      out[j * t->out_step + oc] =
          nn_output_s16(channels[oc].bias + sum, channels + oc, NN_S16_NARROW, t->low, t->high);
    }
  }
}

#endif
