/* Energies of the bins [start, end) of a spectrum, int16 to uint32 (TensorFlow Lite Micro's SignalEnergy). */
#ifndef NN_SIGNAL_ENERGY_S16_H
#define NN_SIGNAL_ENERGY_S16_H

#include "nn_quant.h"

typedef struct {
  int32_t bins;
  int32_t start;
  int32_t end;
} nn_signal_energy_s16_t;

/* in[bins][2] (real, imaginary), out[bins], 0 outside [start, end) */
NN_KERNEL void nn_signal_energy_s16(const nn_signal_energy_s16_t p, const int16_t *in, uint32_t *out) {
  int32_t i = 0;
  for (; i < p.start; ++i) {
    out[i] = 0;
  }
  for (; i < p.end; ++i) {
    const int32_t real = in[2 * i], imaginary = in[2 * i + 1];
    out[i] = (uint32_t)(real * real) + (uint32_t)(imaginary * imaginary);
  }
  for (; i < p.bins; ++i) {
    out[i] = 0;
  }
}

#endif
