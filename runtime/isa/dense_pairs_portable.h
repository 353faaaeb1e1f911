/* Dense layers by pairs in plain C99: what they mean (see nn_fully_connected_pairs_s8.h). */
#ifndef NN_ISA_DENSE_PAIRS_PORTABLE_H
#define NN_ISA_DENSE_PAIRS_PORTABLE_H

enum { NN_DENSE_BLOCK_BYTES = 0 };

NN_KERNEL void nn_dense_pairs_s8(nn_dense_pairs_t *t) {
  while (t->out != t->out_end) {
    int32_t acc[4];
    t->weights = nn_dot_1x4_pairs_s8(t->in, t->weights, (int32_t)(t->in_end - t->in), t->biases, acc);
    t->biases += 4;
    for (int32_t i = 0; i < 4; ++i) {
      *t->out++ = nn_clamp_s8(nn_rescale_once(acc[i], *t->scales, 0, (t->zero - 1) / 2), -128, 127);
      t->scales += t->scale_step / (int32_t)sizeof(nn_scale_t);
    }
  }
}

#endif
