/* What functions of one element are called: the literal `operation` of their kernels. */
#ifndef NN_UNARY_H
#define NN_UNARY_H

#include "nn_quant.h"

/* compiler/ops/unary.py: Operation */
enum {
  NN_ABS,
  NN_NEG,
  NN_EXP,
  NN_LOG,
  NN_SQRT,
  NN_RSQRT,
  NN_SQUARE,
  NN_SIN,
  NN_COS,
  NN_CEIL,
  NN_FLOOR,
  NN_ROUND,
  NN_LOGICAL_NOT,
  NN_RELU_N1_TO_1,
  NN_LEAKY_RELU,
  NN_ELU,
  NN_GELU,
  NN_GELU_APPROXIMATE,
  NN_HARD_SWISH,
  NN_RELU_0_TO_1,
  NN_SIGN
};

#endif
