/* Lanes of a depthwise convolution in plain C99: what they mean (see nn_depthwise_conv_2d_lanes_f32.h). */
#ifndef NN_ISA_DEPTHWISE_LANES_PORTABLE_H
#define NN_ISA_DEPTHWISE_LANES_PORTABLE_H

NN_KERNEL void nn_depthwise_lanes_f32(const nn_depthwise_conv_2d_lanes_f32_t p,
                                      const nn_lane_window_t *window, int32_t pixels, const float *bias,
                                      float *out) {
  for (int32_t j = 0; j < pixels; ++j, out += p.c) {
    for (int32_t c = 0; c < p.c; ++c) {
      float sum = 0.0f;
      for (int32_t ky = 0; ky < window->count; ++ky) {
        const float *a = window->rows[ky] + window->at + j * p.stride_w * p.c + c;
        const float *w = window->w + ky * p.k_w * p.c + c;
        for (int32_t kx = 0; kx < window->taps; ++kx) {
          sum += a[kx * p.dilation_w * p.c] * w[kx * p.c];
        }
      }
      out[c] = nn_clamp_f32(sum + bias[c], p.low, p.high);
    }
  }
}

#endif
