/* What interpolating images has in common: the tables of rows and columns. */
#ifndef NN_RESIZE_BILINEAR_H
#define NN_RESIZE_BILINEAR_H

#include "nn_quant.h"

typedef struct {
  int32_t in_h, in_w, c, out_h, out_w;
} nn_resize_bilinear_t;

/* The two input rows (or columns) between which an output row lies. */
typedef struct {
  int16_t low, high;
} nn_between_t;

/* The same, and how far it is from the first to the second: -512 to 1024, in 1024ths. */
typedef struct {
  int16_t low, high, part;
} nn_tap_t;

#endif
