/* Lanes of float channels in plain C99: what they mean (see nn_lanes_f32.h). */
#ifndef NN_ISA_LANES_PORTABLE_H
#define NN_ISA_LANES_PORTABLE_H

NN_KERNEL void nn_lanes_clear_f32(nn_lane_sums_t *sums) {
  for (int32_t j = 0; j < NN_LANE_PIXELS; ++j) {
    for (int32_t i = 0; i < NN_LANES; ++i) {
      sums->of[j][i] = 0.0f;
    }
  }
}

NN_KERNEL void nn_lanes_add_f32(const float *x, int32_t step, const float *w, int32_t n, int32_t lanes,
                                int32_t pixels, nn_lane_sums_t *sums) {
  for (int32_t t = 0; t < n; ++t, ++x, w += lanes) {
    for (int32_t j = 0; j < pixels; ++j) {
      for (int32_t i = 0; i < lanes; ++i) {
        sums->of[j][i] += x[j * step] * w[i];
      }
    }
  }
}

NN_KERNEL void nn_lanes_store_f32(const nn_lane_sums_t *sums, const float *bias, float low, float high,
                                  int32_t lanes, int32_t pixels, int32_t step, float *out) {
  for (int32_t j = 0; j < pixels; ++j) {
    for (int32_t i = 0; i < lanes; ++i) {
      out[j * step + i] = nn_clamp_f32(sums->of[j][i] + bias[i], low, high);
    }
  }
}

#endif
