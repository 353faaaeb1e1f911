/* What functions of two elements are called: the literal `operation` of their kernels. */
#ifndef NN_BINARY_H
#define NN_BINARY_H

#include "nn_broadcast.h"

/* compiler/ops/binary.py: Operation */
enum {
  NN_ADD,
  NN_SUB,
  NN_MUL,
  NN_DIV,
  NN_FLOOR_DIV,
  NN_FLOOR_MOD,
  NN_MINIMUM,
  NN_MAXIMUM,
  NN_SQUARED_DIFFERENCE,
  NN_PRELU,
  NN_EQUAL,
  NN_NOT_EQUAL,
  NN_GREATER,
  NN_GREATER_EQUAL,
  NN_LESS,
  NN_LESS_EQUAL,
  NN_POW,
  NN_ATAN2,
  NN_BITWISE_XOR,
  NN_RIGHT_SHIFT,
  NN_RIGHT_SHIFT_UNSIGNED
};

#endif
