/* Where pairs of float32 have no vectors (see nn_pairs_f32.h). */
#ifndef NN_ISA_PAIRS_F32_PORTABLE_H
#define NN_ISA_PAIRS_F32_PORTABLE_H

NN_KERNEL int nn_pairs_f32(int32_t operation, int32_t a_step, int32_t b_step, const nn_pairs_f32_t *t) {
  (void)operation, (void)a_step, (void)b_step, (void)t;
  return 0;
}

#endif
