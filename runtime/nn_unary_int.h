/* ABS, NEG, SIGN and LOGICAL_NOT of integers as they are (no quantisation). Results wrap round. */
#ifndef NN_UNARY_INT_H
#define NN_UNARY_INT_H

#include "nn_elements.h"
#include "nn_unary.h"

typedef struct {
  int32_t operation, type;
} nn_unary_int_t;

NN_KERNEL int32_t nn_unary_one_int(int32_t operation, int32_t x) {
  const int32_t negative = (int32_t)(0u - (uint32_t)x);
  switch (operation) {
  case NN_ABS:
    return x < 0 ? negative : x;
  case NN_NEG:
    return negative;
  case NN_SIGN:
    return (x > 0) - (x < 0);
  default: /* NN_LOGICAL_NOT */
    return x == 0;
  }
}

/* n elements; out may be in */
NN_KERNEL void nn_unary_int(const nn_unary_int_t p, const void *in, void *out, int32_t n) {
  for (int32_t i = 0; i < n; ++i) {
    if (p.type == NN_S64) { /* NN_NEG alone */
      ((int64_t *)out)[i] = (int64_t)(0u - (uint64_t)((const int64_t *)in)[i]);
    } else {
      nn_store_s32(p.type, out, i, nn_unary_one_int(p.operation, nn_load_s32(p.type, in, i)));
    }
  }
}

#endif
