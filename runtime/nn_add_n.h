/* ADD_N: the sum of two to eight tensors of one shape, float32 or int32 (which wraps round). */
#ifndef NN_ADD_N_H
#define NN_ADD_N_H

#include "nn_elements.h"

typedef struct {
  int32_t type;  /* NN_F32 or NN_S32 */
  int32_t count; /* of inputs; the pointers beyond are not read */
} nn_add_n_t;

/* n elements; out may be any of the inputs */
NN_KERNEL void nn_add_n(const nn_add_n_t p, const void *in0, const void *in1, const void *in2,
                        const void *in3, const void *in4, const void *in5, const void *in6, const void *in7,
                        void *out, int32_t n) {
  const void *const in[8] = {in0, in1, in2, in3, in4, in5, in6, in7};
  for (int32_t i = 0; i < n; ++i) {
    if (p.type == NN_F32) {
      float sum = 0.0f;
      for (int32_t k = 0; k < p.count; ++k) {
        sum += ((const float *)in[k])[i];
      }
      ((float *)out)[i] = sum;
    } else {
      uint32_t sum = 0;
      for (int32_t k = 0; k < p.count; ++k) {
        sum += (uint32_t)((const int32_t *)in[k])[i];
      }
      ((int32_t *)out)[i] = (int32_t)sum;
    }
  }
}

#endif
