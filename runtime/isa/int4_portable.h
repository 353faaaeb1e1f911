/* Products with packed weights of four bits in plain C99: what they mean (see nn_int4.h). */
#ifndef NN_ISA_INT4_PORTABLE_H
#define NN_ISA_INT4_PORTABLE_H

NN_KERNEL void nn_dot_words_s4(nn_dot_words_s4_t *t) {
  for (; t->in != t->in_end; t->in += 8, t->weights += 4) {
    for (int32_t i = 0; i < 8; ++i) {
      for (int32_t c = 0; c < 4; ++c) {
        t->sums[c] += 4096 * t->in[i] * nn_weight_s4(t->weights[c], nn_nibble_of_s4(i));
      }
    }
  }
}

/* 4096 times nibbles 0 and 2, 1 and 3 of a word's lower half. */
NN_KERNEL void nn_load_pairs_s4(uint32_t w, nn_pair_t *even, nn_pair_t *odd) {
  *even = nn_pair(4096 * nn_weight_s4(w, 0), 4096 * nn_weight_s4(w, 2));
  *odd = nn_pair(4096 * nn_weight_s4(w, 1), 4096 * nn_weight_s4(w, 3));
}

#endif
