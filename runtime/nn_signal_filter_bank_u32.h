/* Energies of a spectrum gathered in overlapping triangles (TensorFlow Lite Micro's SignalFilterBank). */
#ifndef NN_SIGNAL_FILTER_BANK_U32_H
#define NN_SIGNAL_FILTER_BANK_U32_H

#include "nn_quant.h"

typedef struct {
  int32_t channels;
} nn_signal_filter_bank_u32_t;

/* bands[channels + 1][3]: first bin, first weight, width; out[channels] */
NN_KERNEL void nn_signal_filter_bank_u32(const nn_signal_filter_bank_u32_t p, const uint32_t *in,
                                         uint64_t *out, const int16_t *bands, const uint16_t *weights,
                                         const uint16_t *unweights) {
  uint64_t next = 0;
  for (int32_t c = 0; c <= p.channels; ++c, bands += 3) {
    const uint32_t *x = in + bands[0];
    const uint16_t *w = weights + bands[1], *u = unweights + bands[1];
    uint64_t sum = next;
    next = 0;
    for (int32_t i = 0; i < bands[2]; ++i) {
      const uint32_t here = w[i], there = u[i];
      sum += (uint64_t)x[i] * here;
      next += (uint64_t)x[i] * there;
    }
    if (c > 0) {
      out[c - 1] = sum;
    }
  }
}

#endif
