/* A whole output of one byte, over and over: zeros of any type, any int8. */
#ifndef NN_FILL_BYTES_H
#define NN_FILL_BYTES_H

#include <string.h>

#include "nn_quant.h"

typedef struct {
  int32_t value, bytes;
} nn_fill_bytes_t;

NN_KERNEL void nn_fill_bytes(const nn_fill_bytes_t p, void *out) { memset(out, p.value, (size_t)p.bytes); }

#endif
