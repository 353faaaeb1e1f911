/* The order in which a transform decimated in time takes its samples. */
#ifndef NN_SIGNAL_FFT_PLACE_H
#define NN_SIGNAL_FFT_PLACE_H

#include "nn_quant.h"

/* Where sample i goes before the first stage: its digits, of radix 4 and at last 2, in reverse order. */
NN_KERNEL int32_t nn_fft_place(int32_t i, int32_t n) {
  int32_t place = 0;
  for (; n >= 4; i >>= 2) {
    n >>= 2;
    place += (i & 3) * n;
  }
  return n == 2 ? place + i : place;
}

#endif
