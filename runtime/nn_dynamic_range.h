/* Dynamic-range quantisation: floats to int8 with a scale found at run time (TFLite
 * NeonSymmetricQuantizeFloats, NeonAsymmetricQuantizeFloats). */
#ifndef NN_DYNAMIC_RANGE_H
#define NN_DYNAMIC_RANGE_H

#include "nn_float.h"

/* real = scale * (q - zero) */
typedef struct {
  float scale;
  int32_t zero;
} nn_dynamic_range_t;

/* The least and greatest of n floats and 0. */
NN_SHARED void nn_range_f32(const float *in, int32_t n, float range[2]) {
  float low = 0.0f, high = 0.0f;
  for (int32_t i = 0; i < n; ++i) {
    low = in[i] < low ? in[i] : low;
    high = in[i] > high ? in[i] : high;
  }
  range[0] = low;
  range[1] = high;
}

/* Zero point 0, values -127 to 127. */
NN_SHARED nn_dynamic_range_t nn_quantize_symmetric(const float *in, int32_t n, int8_t *out) {
  float ends[2];
  nn_range_f32(in, n, ends);
  const float range = -ends[0] > ends[1] ? -ends[0] : ends[1];
  const nn_dynamic_range_t q = {range > 0.0f ? range / 127.0f : 1.0f, 0};
  const float inverse = range > 0.0f ? 127.0f / range : 0.0f;
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (int8_t)nn_round_f32(in[i] * inverse, -127.0f, 127.0f);
  }
  return q;
}

/* The range is that of the values and 0; the zero point is exact. */
NN_SHARED nn_dynamic_range_t nn_quantize_asymmetric(const float *in, int32_t n, int8_t *out) {
  float ends[2];
  nn_range_f32(in, n, ends);
  nn_dynamic_range_t q = {1.0f, 0};
  float inverse = 0.0f;
  if (ends[0] < ends[1]) {
    const double low = ends[0], high = ends[1];
    const double scale = (double)(ends[1] - ends[0]) / 255.0;
    /* From the end where the error is smaller. */
    const double from_low = -128.0 - low / scale, from_high = 127.0 - high / scale;
    const double zero = 128.0 - low / scale < 127.0 + high / scale ? from_low : from_high;
    const double bounded = zero < -128.0 ? -128.0 : (zero > 127.0 ? 127.0 : zero);
    const int32_t whole = (int32_t)bounded;
    const double rest = bounded - whole;
    q.scale = (float)scale;
    q.zero = whole + (rest >= 0.5) - (rest <= -0.5);
    inverse = 1.0f / q.scale;
  }
  const float least = (float)(-128 - q.zero), most = (float)(127 - q.zero);
  for (int32_t i = 0; i < n; ++i) {
    out[i] = (int8_t)(q.zero + nn_round_f32(in[i] * inverse, least, most));
  }
  return q;
}

#endif
