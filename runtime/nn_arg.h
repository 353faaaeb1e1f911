/* ARG_MAX and ARG_MIN: the index of the first greatest (or least) element along an axis. */
#ifndef NN_ARG_H
#define NN_ARG_H

#include "nn_quant.h"

typedef struct {
  int32_t outer, size, inner; /* elements before, along and behind the axis */
  int32_t least;              /* 1: ARG_MIN */
} nn_arg_t;

typedef nn_arg_t nn_arg_s8_s32_t;
typedef nn_arg_t nn_arg_s8_s64_t;
typedef nn_arg_t nn_arg_u8_s32_t;
typedef nn_arg_t nn_arg_u8_s64_t;
typedef nn_arg_t nn_arg_s32_s32_t;
typedef nn_arg_t nn_arg_s32_s64_t;
typedef nn_arg_t nn_arg_f32_s32_t;
typedef nn_arg_t nn_arg_f32_s64_t;

NN_KERNEL int32_t nn_arg_s8(const nn_arg_t p, const int8_t *a) {
  int8_t best = *a;
  int32_t index = 0;
  for (int32_t i = 1; i < p.size; ++i) {
    const int8_t x = a[i * p.inner];
    if (p.least != 0 ? x < best : x > best) {
      best = x;
      index = i;
    }
  }
  return index;
}

NN_KERNEL void nn_arg_s8_s32(const nn_arg_s8_s32_t p, const int8_t *in, int32_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_s8(p, in + i);
    }
  }
}

NN_KERNEL void nn_arg_s8_s64(const nn_arg_s8_s64_t p, const int8_t *in, int64_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_s8(p, in + i);
    }
  }
}

NN_KERNEL int32_t nn_arg_u8(const nn_arg_t p, const uint8_t *a) {
  uint8_t best = *a;
  int32_t index = 0;
  for (int32_t i = 1; i < p.size; ++i) {
    const uint8_t x = a[i * p.inner];
    if (p.least != 0 ? x < best : x > best) {
      best = x;
      index = i;
    }
  }
  return index;
}

NN_KERNEL void nn_arg_u8_s32(const nn_arg_u8_s32_t p, const uint8_t *in, int32_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_u8(p, in + i);
    }
  }
}

NN_KERNEL void nn_arg_u8_s64(const nn_arg_u8_s64_t p, const uint8_t *in, int64_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_u8(p, in + i);
    }
  }
}

NN_KERNEL int32_t nn_arg_s32(const nn_arg_t p, const int32_t *a) {
  int32_t best = *a;
  int32_t index = 0;
  for (int32_t i = 1; i < p.size; ++i) {
    const int32_t x = a[i * p.inner];
    if (p.least != 0 ? x < best : x > best) {
      best = x;
      index = i;
    }
  }
  return index;
}

NN_KERNEL void nn_arg_s32_s32(const nn_arg_s32_s32_t p, const int32_t *in, int32_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_s32(p, in + i);
    }
  }
}

NN_KERNEL void nn_arg_s32_s64(const nn_arg_s32_s64_t p, const int32_t *in, int64_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_s32(p, in + i);
    }
  }
}

/* Not a number is behind every number. */
NN_KERNEL int32_t nn_arg_f32(const nn_arg_t p, const float *a) {
  float best = *a;
  int32_t index = 0;
  for (int32_t i = 1; i < p.size; ++i) {
    const float x = a[i * p.inner];
    if ((p.least != 0 ? x < best : x > best) || (best != best && x == x)) {
      best = x;
      index = i;
    }
  }
  return index;
}

NN_KERNEL void nn_arg_f32_s32(const nn_arg_f32_s32_t p, const float *in, int32_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_f32(p, in + i);
    }
  }
}

NN_KERNEL void nn_arg_f32_s64(const nn_arg_f32_s64_t p, const float *in, int64_t *out) {
  for (int32_t o = 0; o < p.outer; ++o, in += p.size * p.inner) {
    for (int32_t i = 0; i < p.inner; ++i) {
      *out++ = nn_arg_f32(p, in + i);
    }
  }
}

#endif
