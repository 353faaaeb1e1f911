/* Dense layers by fours in plain C99: what they mean (see nn_dense_s8.h). */
#ifndef NN_ISA_DENSE_PORTABLE_H
#define NN_ISA_DENSE_PORTABLE_H

NN_KERNEL void nn_dense_s8(const nn_dense_t *t) {
  const int8_t *w = t->weights;
  for (int32_t i = 0; t->out + i != t->end; ++i, w += t->in_c) {
    const int32_t *scale = t->scales + i / 4 * t->scale_step + i % 4;
    int32_t acc = t->biases[i];
    for (int32_t k = 0; k < t->in_c; ++k) {
      acc += t->in[k] * w[k];
    }
    const int32_t y = nn_mul_high_add(acc, scale[0], scale[4]) >> -scale[8];
    t->out[i] = (int8_t)nn_clamp(y, t->low, t->high);
  }
}

#endif
