/* Where products of int16 have no vectors (see nn_mul_quantised.h). */
#ifndef NN_ISA_MUL_S16_PORTABLE_H
#define NN_ISA_MUL_S16_PORTABLE_H

NN_KERNEL int nn_mul_run_s16(const nn_mul_scale_t *p, const int16_t *a, int32_t a_step, const int16_t *b,
                             int32_t b_step, int16_t *out, int32_t n) {
  (void)p, (void)a, (void)a_step, (void)b, (void)b_step, (void)out, (void)n;
  return 0;
}

#endif
