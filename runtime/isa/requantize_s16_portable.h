/* QUANTIZE of int16 to int16 in plain C99: what it means (see nn_requantize_s16_s16.h). */
#ifndef NN_ISA_REQUANTIZE_S16_PORTABLE_H
#define NN_ISA_REQUANTIZE_S16_PORTABLE_H

NN_KERNEL void nn_requantize_run_s16(const nn_requantize_values_t *p, const int16_t *in, int16_t *out,
                                     int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (int16_t)nn_requantize_value(p, in[i]);
  }
}

#endif
