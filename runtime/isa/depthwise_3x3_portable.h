/* Rows of 3x3 depthwise convolutions in plain C99. Included by nn_depthwise_3x3_s8.h. */
#ifndef NN_ISA_DEPTHWISE_3X3_PORTABLE_H
#define NN_ISA_DEPTHWISE_3X3_PORTABLE_H

NN_SHARED void nn_depthwise_3x3_same_s8(const nn_depthwise_3x3_t *t) {
  nn_depthwise_3x3_row_s8(t, 1, NN_ROUND_UP);
}

NN_SHARED void nn_depthwise_3x3_row_2_up_s8(const nn_depthwise_3x3_t *t) {
  nn_depthwise_3x3_row_s8(t, 2, NN_ROUND_UP);
}

#endif
