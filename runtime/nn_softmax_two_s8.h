/* SOFTMAX of two elements, int8: a function of how far they are apart. */
#ifndef NN_SOFTMAX_TWO_S8_H
#define NN_SOFTMAX_TWO_S8_H

#include "nn_quant.h"

typedef struct {
  int32_t entries;  /* of the table; what is further apart has the last one */
  int32_t mirrored; /* the greater's output is the negative of the other's, at most 127 */
} nn_softmax_two_s8_t;

/* n rows one after the other; out may be in. fractions[d] are of elements d apart: the greater's and the
 * other's, or the other's alone where the greater's mirrors it. */
NN_KERNEL void nn_softmax_two_s8(const nn_softmax_two_s8_t p, const int8_t *in, int8_t *out,
                                 const int8_t *fractions, int32_t n) {
  for (int32_t i = 0; i < n; ++i, in += 2, out += 2) {
    const int32_t second = in[1] > in[0];
    const int32_t apart = second ? in[1] - in[0] : in[0] - in[1];
    const int32_t at = apart < p.entries ? apart : p.entries - 1;
    const int32_t other = fractions[p.mirrored ? at : 2 * at + 1];
    const int32_t greater = p.mirrored ? -other : fractions[2 * at];
    out[second] = (int8_t)(greater < 127 ? greater : 127);
    out[1 - second] = (int8_t)other;
  }
}

#endif
