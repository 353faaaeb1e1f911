/* FULLY_CONNECTED, int16 activations and int8 weights, rescaled in fixed point (TensorFlow Lite Micro). */
#ifndef NN_FULLY_CONNECTED_FIXED_S16_H
#define NN_FULLY_CONNECTED_FIXED_S16_H

#include "nn_s16.h"

typedef struct {
  int32_t in_c, out_c; /* inputs and outputs of a row */
  int32_t scaling;     /* NN_S16_… */
  int32_t low, high;   /* clamp of the output */
} nn_fully_connected_fixed_s16_t;

/* n rows: in[n][in_c], out[n][out_c], weights[out_c][in_c], channels[out_c]; two output channels a pass */
NN_SHARED void nn_fully_connected_fixed_s16(const nn_fully_connected_fixed_s16_t p, const int16_t *in,
                                            int16_t *out, const int8_t *weights,
                                            const nn_channel_s16_t *channels, int32_t n) {
  for (int32_t row = 0; row < n; ++row, in += p.in_c, out += p.out_c) {
    for (int32_t oc = 0; oc < p.out_c; oc += 2) {
      const int32_t both = oc + 1 < p.out_c;
      const int8_t *w0 = weights + oc * p.in_c, *w1 = both ? w0 + p.in_c : w0;
      int64_t acc[2] = {channels[oc].bias, channels[oc + both].bias};
      nn_dot_1x2_s16(in, w0, w1, p.in_c, acc);
      out[oc] = nn_output_s16(acc[0], channels + oc, p.scaling, p.low, p.high);
      out[oc + both] = nn_output_s16(acc[both], channels + oc + both, p.scaling, p.low, p.high);
    }
  }
}

#endif
