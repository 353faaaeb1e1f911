/* Sums, differences and products of pairs of float32, one after the other. */
#ifndef NN_PAIRS_F32_H
#define NN_PAIRS_F32_H

#include "nn_binary.h"
#include "nn_float.h"

/* Pairs of elements, or of one and a number. */
typedef struct {
  const float *a, *b;
  float *out; /* may be a or b */
  int32_t n;
  float low, high; /* clamp */
} nn_pairs_f32_t;

/* nn_pairs_f32(operation, a_step, b_step, t): out[i] = a[i * a_step] with b[i * b_step]; returns 0, having
 * done nothing, where there is no such thing for vectors */
#if defined(__ARM_FEATURE_MVE) && (__ARM_FEATURE_MVE & 2) && defined(__GNUC__)
#include "isa/pairs_f32_mve.h"
#else
#include "isa/pairs_f32_portable.h"
#endif

#endif
