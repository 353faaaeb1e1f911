/* float16 as it stands in flash, widened where it is multiplied: exact. */
#ifndef NN_HALF_H
#define NN_HALF_H

#include <string.h>

#include "nn_float.h"

/* A finite float16 as float32. (Every FPU of Armv7E-M and Armv8-M converts; compilers say so in __ARM_FP only
 * where float16 is a type.) */
#if defined(__arm__) && defined(__ARM_FP) && defined(__ARM_FEATURE_DSP) && __ARM_ARCH_PROFILE == 'M' &&      \
    defined(__GNUC__)
NN_KERNEL float nn_half_f32(uint16_t half) {
  const uint32_t word = half;
  float bits, x;
  memcpy(&bits, &word, sizeof bits);
  __asm__("vcvtb.f32.f16 %0, %1" : "=t"(x) : "t"(bits));
  return x;
}

/* Two neighbours. */
NN_KERNEL void nn_half_pair_f32(const uint16_t *halves, float x[2]) {
  float bits;
  memcpy(&bits, halves, sizeof bits);
  __asm__("vcvtb.f32.f16 %0, %1" : "=t"(x[0]) : "t"(bits));
  __asm__("vcvtt.f32.f16 %0, %1" : "=t"(x[1]) : "t"(bits));
}
#else
/* Its exponent and fraction, in float32's places, are 2^-112 times the value; of subnormal ones too. */
NN_KERNEL float nn_half_f32(uint16_t half) {
  const uint32_t word = (uint32_t)(half & 0x8000u) << 16 | (uint32_t)(half & 0x7FFFu) << 13;
  float x;
  memcpy(&x, &word, sizeof x);
  return x * 5192296858534827628530496329220096.0f; /* 2^112 */
}

/* Two neighbours. */
NN_KERNEL void nn_half_pair_f32(const uint16_t *halves, float x[2]) {
  x[0] = nn_half_f32(halves[0]);
  x[1] = nn_half_f32(halves[1]);
}
#endif

#endif
