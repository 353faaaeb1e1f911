/* QUANTIZE from and to int16: one value (TFLite reference_ops::Requantize). */
#ifndef NN_REQUANTIZE_H
#define NN_REQUANTIZE_H

#include "nn_quant.h"

typedef struct {
  int32_t in_zero, multiplier, shift, out_zero;
  int32_t low, high; /* the ends of the output's type */
} nn_requantize_values_t;

NN_KERNEL int32_t nn_requantize_value(const nn_requantize_values_t *p, int32_t x) {
  return nn_clamp(nn_requantize(x - p->in_zero, p->multiplier, p->shift) + p->out_zero, p->low, p->high);
}

#endif
