/* Integers of a type that is a literal where a kernel is called: loads and stores become single instructions.
 */
#ifndef NN_ELEMENTS_H
#define NN_ELEMENTS_H

#include "nn_quant.h"

/* compiler/ops/binary.py: ELEMENTS */
enum { NN_S8, NN_U8, NN_S16, NN_U16, NN_S32, NN_U32, NN_S64, NN_F32, NN_BOOL };

/* Element i of one of the types up to int32. */
NN_KERNEL int32_t nn_load_s32(int32_t type, const void *data, int32_t i) {
  switch (type) {
  case NN_S8:
    return ((const int8_t *)data)[i];
  case NN_S16:
    return ((const int16_t *)data)[i];
  case NN_U16:
    return ((const uint16_t *)data)[i];
  case NN_S32:
    return ((const int32_t *)data)[i];
  default:
    return ((const uint8_t *)data)[i];
  }
}

/* Stores the low bits. */
NN_KERNEL void nn_store_s32(int32_t type, void *data, int32_t i, int32_t value) {
  switch (type) {
  case NN_S8:
    ((int8_t *)data)[i] = (int8_t)value;
    break;
  case NN_S16:
    ((int16_t *)data)[i] = (int16_t)value;
    break;
  case NN_U16:
    ((uint16_t *)data)[i] = (uint16_t)value;
    break;
  case NN_S32:
    ((int32_t *)data)[i] = value;
    break;
  default:
    ((uint8_t *)data)[i] = (uint8_t)value;
  }
}

#endif
