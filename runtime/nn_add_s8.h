/* ADD, int8, equal shapes: a linear form in 32 bits that the compiler has proved to have TFLite's values
 * (ops/linear.py).
 */
#ifndef NN_ADD_S8_H
#define NN_ADD_S8_H

#include "isa/api.h"

/* clamp((start + a * factor_a + b * factor_b) >> shift, low, high); start has the rounding and the zero
 * points
 */
typedef struct {
  int32_t factor_a, factor_b, start, shift;
  int32_t low, high; /* clamp of the output */
} nn_add_s8_t;       /* isa/add_mve.h knows the offsets */

#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/add_mve.h"
#elif defined(__ARM_FEATURE_DSP) && defined(__GNUC__)
#include "isa/add_armv7em.h"
#else
#include "isa/add_portable.h"
#endif

/* n elements; out may be a or b */
NN_KERNEL void nn_add_s8(const nn_add_s8_t p, const int8_t *a, const int8_t *b, int8_t *out, int32_t n) {
  nn_add_run_s8(&p, a, b, out, n);
}

#endif
