/* Lanes of an int16 depthwise convolution in plain C99: what they mean (see
 * nn_depthwise_conv_2d_lanes_s16.h). */
#ifndef NN_ISA_DEPTHWISE_LANES_S16_PORTABLE_H
#define NN_ISA_DEPTHWISE_LANES_S16_PORTABLE_H

NN_KERNEL void nn_depthwise_lanes_s16(const nn_depthwise_conv_2d_lanes_s16_t *p,
                                      const nn_lane_window_s16_t *window, const int32_t *lanes,
                                      int16_t *out) {
  for (int32_t j = 0; j < window->pixels; ++j, out += p->c) {
    for (int32_t c = 0; c < p->c; ++c) {
      const int32_t from = c / 8 * 8 + 8 <= p->c ? c / 8 * 8 : p->c - 8, i = c - from;
      const int32_t *const l = lanes + c / 8 * NN_LANE_CONSTANTS_S16 + 4 * (i % 2) + i / 2;
      const nn_channel_s16_t channel = {0, l[8], -l[16]};
      int32_t sum = l[0];
      for (int32_t ky = 0; ky < window->count; ++ky) {
        const int16_t *a = window->rows[ky] + window->at + j * p->stride_w * p->c + c;
        const int8_t *w = window->w + ky * p->k_w * p->c + c;
        for (int32_t kx = 0; kx < window->taps; ++kx) {
          sum += a[kx * p->dilation_w * p->c] * w[kx * p->c];
        }
      }
      out[c] = nn_output_s16(sum, &channel, NN_S16_NARROW, p->low, p->high);
    }
  }
}

#endif
