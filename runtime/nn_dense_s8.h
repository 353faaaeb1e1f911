/* Four outputs of a matrix product with constant weights at a time, int8: the heart of dense layers on cores
 * with MVE and of Armv6-M. */
#ifndef NN_DENSE_S8_H
#define NN_DENSE_S8_H

#include "isa/api.h"

/* Neighbouring fours of outputs. `scales` has for each four, or for all where scale_step is 0, multipliers,
 * starts and shifts s of four channels: an output is (start + (acc * multiplier >> 32)) >> -s. */
typedef struct {
  const int8_t *in;      /* [in_c] */
  const int8_t *weights; /* [4 * fours][in_c] */
  const int32_t *biases; /* [4 * fours] */
  const int32_t *scales;
  int8_t *out, *end; /* of the outputs */
  int32_t in_c;
  int32_t scale_step; /* elements from the scales of four outputs to those of the next: 0 or 12 */
  int32_t low, high;  /* clamp of the output */
} nn_dense_t;         /* isa/dense_mve.h knows the offsets */

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/dense_mve.h"
#elif defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#include "isa/dense_armv6m.h"
#else
#include "isa/dense_portable.h"
#endif

#endif
