/* Amplification of channels by their noise, then compression (TensorFlow Lite Micro's SignalPCAN). */
#ifndef NN_SIGNAL_PCAN_U32_H
#define NN_SIGNAL_PCAN_U32_H

#include "nn_quant.h"

typedef struct {
  int32_t channels;
  int32_t shift;
} nn_signal_pcan_u32_t;

/* The gain at x: a + b f + c f², f the ten bits behind the leading one; table[4 * length - 6]: a, b, c */
NN_SHARED int32_t nn_signal_pcan_gain(uint32_t x, const int16_t *table) {
  if (x <= 2) {
    return table[x];
  }
  uint32_t top = x;
  int32_t length = 32;
  for (; !(top >> 31); top <<= 1) {
    --length;
  }
  const int16_t *part = table + 4 * length - 6;
  const int32_t fraction = (int32_t)((top >> 21) & 1023);
  const int32_t slope = ((part[2] * fraction) >> 5) + part[1] * 32;
  const uint32_t product = (uint32_t)slope * (uint32_t)fraction + (1u << 14);
  return (int16_t)(((int32_t)product >> 15) + part[0]);
}

NN_KERNEL void nn_signal_pcan_u32(const nn_signal_pcan_u32_t p, const uint32_t *in, const uint32_t *noise,
                                  uint32_t *out, const int16_t *gains) {
  for (int32_t c = 0; c < p.channels; ++c) {
    const uint32_t gain = (uint32_t)nn_signal_pcan_gain(noise[c], gains);
    const uint32_t snr = (uint32_t)(((uint64_t)in[c] * gain) >> p.shift);
    out[c] = snr < 1u << 13 ? (snr * snr) >> 20 : (snr >> 6) - 64;
  }
}

#endif
