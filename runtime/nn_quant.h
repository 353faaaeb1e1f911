/* Fixed-point arithmetic of quantised networks: TFLite's reference rounding.
 *
 * A real multiplier is m * 2^(s - 31) with m in [2^30, 2^31). TFLite rounds twice: once in the high multiply
 * (ties up) and once in the right shift (ties away from zero). compiler/quant.py is the Python twin.
 */
#ifndef NN_QUANT_H
#define NN_QUANT_H

#include <stdint.h>

#if defined(__GNUC__) || defined(__clang__)
#ifndef NN_KERNEL
/* Kernels must be inlined into the layer that calls them: its literals specialise them. (A build that is not
 * optimised compiles sooner with -DNN_KERNEL="static inline".) */
#define NN_KERNEL static inline __attribute__((always_inline, unused))
#endif
/* Kernels whose loops gain nothing from literals: layers share one copy, a single caller still inlines it. */
#define NN_SHARED static __attribute__((unused))
#define NN_APART static __attribute__((noinline, unused))
#define NN_ALIGNED(n) __attribute__((aligned(n)))
#else
#define NN_KERNEL static inline
#define NN_SHARED static
#define NN_APART static
#define NN_ALIGNED(n)
#endif

/* Requantisation of one output channel: bias with the input's zero point folded in, multiplier, shift. */
typedef struct {
  int32_t bias;
  int32_t multiplier;
  int32_t shift;
} nn_channel_t;

/* The same in 8 bytes: bias * 256 + right shift (0 to 22), multiplier. */
typedef struct {
  int32_t bias_right;
  int32_t multiplier;
} nn_packed_channel_t;

/* Requantisation with one rounding, proved equal to TFLite's at compile time: multiplier, right shift. */
typedef struct {
  int32_t multiplier;
  int32_t right; /* 1 to 21 */
} nn_scale_t;

NN_KERNEL int32_t nn_clamp(int32_t x, int32_t low, int32_t high) {
  return x < low ? low : (x > high ? high : x);
}

#if defined(__ARM_ARCH_6M__) && defined(__GNUC__)
#include "isa/high_mul_armv6m.h"
#else
#include "isa/high_mul_portable.h"
#endif

/* x / 2^exponent with ties away from zero, 0 <= exponent <= 31: gemmlowp's RoundingDivideByPOT. */
NN_KERNEL int32_t nn_rounding_shift(int32_t x, int32_t exponent) {
  if (exponent == 0) {
    return x;
  }
  const int32_t rest = (int32_t)((uint32_t)x & (((uint32_t)1 << exponent) - 1u));
  const int32_t half = (int32_t)(((uint32_t)1 << (exponent - 1)) - 1u) - (x >> 31);
  return (x >> exponent) + (rest > half);
}

/* The same for |x| < 2^30 and 1 <= exponent <= 30. */
NN_KERNEL int32_t nn_rounding_shift_small(int32_t x, int32_t exponent) {
  return (x + (x >> 31) + (1 << (exponent - 1))) >> exponent;
}

/* x * multiplier * 2^(shift - 31): TFLite's MultiplyByQuantizedMultiplier, double rounding. */
NN_KERNEL int32_t nn_requantize(int32_t x, int32_t multiplier, int32_t shift) {
  const int32_t left = shift > 0 ? shift : 0;
  const int32_t right = shift > 0 ? 0 : -shift;
  return nn_rounding_shift(nn_high_mul((int32_t)((uint32_t)x << left), multiplier), right);
}

#endif
