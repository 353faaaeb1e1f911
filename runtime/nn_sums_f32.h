/* The heart of float32 convolutions: sums of four pixels by two output channels, each in TFLite's order. */
#ifndef NN_SUMS_F32_H
#define NN_SUMS_F32_H

#include "nn_float.h"

/* Sums of 4 pixels by 2 channels. */
typedef struct {
  float s00, s10, s20, s30, s01, s11, s21, s31;
} nn_sums_4x2_t;

NN_KERNEL void nn_step_4x2_f32(const float *a0, const float *a1, const float *a2, const float *a3,
                               const float *w0, const float *w1, nn_sums_4x2_t *s) {
  const float v0 = *w0, v1 = *w1, x0 = *a0, x1 = *a1, x2 = *a2, x3 = *a3;
  s->s00 += x0 * v0;
  s->s01 += x0 * v1;
  s->s10 += x1 * v0;
  s->s11 += x1 * v1;
  s->s20 += x2 * v0;
  s->s21 += x2 * v1;
  s->s30 += x3 * v0;
  s->s31 += x3 * v1;
}

#endif
