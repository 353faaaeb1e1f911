/* Functions of one float32 element. */
#ifndef NN_UNARY_F32_H
#define NN_UNARY_F32_H

#include <math.h>

#include "nn_float.h"
#include "nn_unary.h"

typedef struct {
  int32_t operation;
  float alpha; /* slope of LEAKY_RELU below 0 */
} nn_unary_f32_t;

/* x * P(normal variate < x), by the complementary error function or by tanh. */
NN_KERNEL float nn_gelu_f32(float x) { return 0.5f * x * erfcf(x * -0.707106781f); }

NN_KERNEL float nn_gelu_approximate_f32(float x) {
  return 0.5f * x * (1.0f + tanhf(0.797884561f * (x + 0.044715f * x * x * x)));
}

NN_KERNEL float nn_activation_one_f32(int32_t operation, float x, float alpha) {
  switch (operation) {
  case NN_RELU_N1_TO_1:
    return nn_clamp_f32(x, -1.0f, 1.0f);
  case NN_RELU_0_TO_1:
    return nn_clamp_f32(x, 0.0f, 1.0f);
  case NN_LEAKY_RELU:
    return x > 0.0f ? x : x * alpha;
  case NN_ELU:
    return x < 0.0f ? expm1f(x) : x;
  case NN_GELU:
    return nn_gelu_f32(x);
  case NN_GELU_APPROXIMATE:
    return nn_gelu_approximate_f32(x);
  default: /* NN_HARD_SWISH */
    return x * nn_clamp_f32(x + 3.0f, 0.0f, 6.0f) / 6.0f;
  }
}

NN_KERNEL float nn_unary_one_f32(int32_t operation, float x, float alpha) {
  switch (operation) {
  case NN_ABS:
    return fabsf(x);
  case NN_NEG:
    return -x;
  case NN_EXP:
    return expf(x);
  case NN_LOG:
    return logf(x);
  case NN_SQRT:
    return sqrtf(x);
  case NN_RSQRT:
    return 1.0f / sqrtf(x);
  case NN_SQUARE:
    return x * x;
  case NN_SIN:
    return sinf(x);
  case NN_COS:
    return cosf(x);
  case NN_SIGN:
    return x > 0.0f ? 1.0f : (x < 0.0f ? -1.0f : (x == 0.0f ? 0.0f : x));
  case NN_CEIL:
    return ceilf(x);
  case NN_FLOOR:
    return floorf(x);
  case NN_ROUND: /* ties to even */
    return rintf(x);
  default:
    return nn_activation_one_f32(operation, x, alpha);
  }
}

/* n elements; out may be in */
NN_KERNEL void nn_unary_f32(const nn_unary_f32_t p, const float *in, float *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    out[i] = nn_unary_one_f32(p.operation, in[i], p.alpha);
  }
}

#endif
