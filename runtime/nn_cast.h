/* CAST between element types that are literals: integers wrap round, floats are cut towards 0 and clamped. */
#ifndef NN_CAST_H
#define NN_CAST_H

#include "nn_elements.h"

typedef struct {
  int32_t from, to; /* NN_S8 … of nn_elements.h */
} nn_cast_t;

NN_KERNEL int64_t nn_cast_load(int32_t type, const void *data, int32_t i) {
  switch (type) {
  case NN_U32:
    return ((const uint32_t *)data)[i];
  case NN_S64:
    return ((const int64_t *)data)[i];
  case NN_BOOL:
    return ((const uint8_t *)data)[i] != 0;
  default:
    return nn_load_s32(type, data, i);
  }
}

/* Stores the low bits; a bool is whether it is not 0. */
NN_KERNEL void nn_cast_store(int32_t type, void *data, int32_t i, int64_t value) {
  switch (type) {
  case NN_U32:
    ((uint32_t *)data)[i] = (uint32_t)value;
    break;
  case NN_S64:
    ((int64_t *)data)[i] = value;
    break;
  case NN_BOOL:
    ((uint8_t *)data)[i] = value != 0;
    break;
  default:
    nn_store_s32(type, data, i, (int32_t)(uint32_t)value);
  }
}

/* Towards 0, clamped to the type; what is no number gives the greatest value, as in TFLite. */
NN_KERNEL int64_t nn_cast_float(int32_t type, float x) {
  /* The greatest value as a float is one more, but for narrow types. */
  const float beyond = type == NN_S8    ? 128.0f
                       : type == NN_U8  ? 256.0f
                       : type == NN_S16 ? 32768.0f
                       : type == NN_U16 ? 65536.0f
                       : type == NN_S32 ? 2147483648.0f
                       : type == NN_U32 ? 4294967296.0f
                                        : 9223372036854775808.0f;
  const int64_t most = type == NN_S64 ? INT64_MAX : (int64_t)beyond - 1;
  const int32_t is_unsigned = type == NN_U8 || type == NN_U16 || type == NN_U32;
  const int64_t least = is_unsigned ? 0 : -most - 1;
  if (!(x < beyond)) {
    return most;
  }
  if (x < (is_unsigned ? 0.0f : -beyond)) {
    return least;
  }
  /* 32 bits are enough for most: a single instruction where there is a floating-point unit. */
  return type == NN_S64 || type == NN_U32 ? (int64_t)x : (int32_t)x;
}

/* n elements; out may be in where elements do not grow */
NN_KERNEL void nn_cast(const nn_cast_t p, const void *in, void *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    if (p.from == NN_F32) {
      const float x = ((const float *)in)[i];
      if (p.to == NN_F32) {
        ((float *)out)[i] = x;
      } else {
        nn_cast_store(p.to, out, i, p.to == NN_BOOL ? x != 0.0f : nn_cast_float(p.to, x));
      }
    } else if (p.to == NN_F32) {
      ((float *)out)[i] = p.from == NN_S64   ? (float)((const int64_t *)in)[i]
                          : p.from == NN_U32 ? (float)((const uint32_t *)in)[i]
                                             : (float)(int32_t)nn_cast_load(p.from, in, i);
    } else {
      nn_cast_store(p.to, out, i, nn_cast_load(p.from, in, i));
    }
  }
}

#endif
