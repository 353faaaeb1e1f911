/* Takes away a running estimate of the noise of each channel (TensorFlow Lite Micro's
 * SignalFilterBankSpectralSubtraction). Sums wrap as the types do. */
#ifndef NN_SIGNAL_SPECTRAL_SUBTRACTION_U32_H
#define NN_SIGNAL_SPECTRAL_SUBTRACTION_U32_H

#include "nn_quant.h"

typedef struct {
  int32_t channels;
  uint32_t share; /* of a new signal in the estimate, and the rest: `right` fraction bits */
  uint32_t rest;
  uint32_t odd_share;
  uint32_t odd_rest;
  int32_t bits; /* more in the estimate than in the signal */
  uint32_t floor;
  int32_t clamping;
  int32_t right;
} nn_signal_spectral_subtraction_u32_t;

NN_KERNEL void nn_signal_spectral_subtraction_u32(const nn_signal_spectral_subtraction_u32_t p,
                                                  const uint32_t *in, uint32_t *out, uint32_t *estimate,
                                                  uint32_t *state) {
  for (int32_t c = 0; c < p.channels; ++c) {
    const uint32_t x = in[c], scaled = x << p.bits;
    const uint32_t share = c % 2 ? p.odd_share : p.share, rest = c % 2 ? p.odd_rest : p.rest;
    const uint32_t noise = (uint32_t)(((uint64_t)scaled * share + (uint64_t)state[c] * rest) >> p.right);
    const uint32_t taken = noise < scaled ? noise : scaled;
    const uint32_t floor = (uint32_t)((uint64_t)x * p.floor >> p.right);
    const uint32_t left = (scaled - taken) >> p.bits;
    out[c] = left > floor ? left : floor;
    state[c] = p.clamping ? taken : noise;
    estimate[c] = state[c];
  }
}

#endif
