/* Sums of pairs of int8 in plain C99: what they mean (see nn_add_s8.h). */
#ifndef NN_ISA_ADD_PORTABLE_H
#define NN_ISA_ADD_PORTABLE_H

NN_KERNEL void nn_add_run_s8(const nn_add_s8_t *p, const int8_t *a, const int8_t *b, int8_t *out, int32_t n) {
  const int8_t *const end = a + n;
  while (a != end) {
    const int32_t sum = p->start + *a++ * p->factor_a + *b++ * p->factor_b;
    *out++ = nn_clamp_s8(sum >> p->shift, p->low, p->high);
  }
}

#endif
