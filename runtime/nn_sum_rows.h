/* Sums per channel over the rows of an image as they arrive. */
#ifndef NN_SUM_ROWS_H
#define NN_SUM_ROWS_H

#include "isa/api.h"
#include "nn_rows.h"

/* A sum, held as int16 (`narrow`: of up to 255 int8) or int32. */
NN_KERNEL int32_t nn_sum_at(const void *sums, int32_t i, int narrow) {
  return narrow ? ((const int16_t *)sums)[i] : ((const int32_t *)sums)[i];
}

NN_KERNEL void nn_set_sum(void *sums, int32_t i, int32_t value, int narrow) {
  if (narrow) {
    ((int16_t *)sums)[i] = (int16_t)value;
  } else {
    ((int32_t *)sums)[i] = value;
  }
}

/* nn_sum_rows_s8: sums[c] += all pixels of rows [y0, y1); row 0 clears them first. */
#if defined(__ARM_FEATURE_MVE) && defined(__GNUC__)
#include "isa/sum_rows_mve.h"
#else
#include "isa/sum_rows_portable.h"
#endif

#endif
