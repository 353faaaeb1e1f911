/* PAD, float32: any of five axes. */
#ifndef NN_PAD_ANY_F32_H
#define NN_PAD_ANY_F32_H

#include "nn_fill_f32.h"

typedef struct {
  int32_t in0, in1, in2, in3, in4;                     /* sizes of the input, axis 4 innermost */
  int32_t out0, out1, out2, out3, out4;                /* sizes of the output */
  int32_t before0, before1, before2, before3, before4; /* elements before the input */
  float value;
} nn_pad_any_f32_t;

NN_KERNEL void nn_pad_any_f32(const nn_pad_any_f32_t p, const float *in, float *out) {
  const int32_t runs = p.out0 * p.out1 * p.out2 * p.out3;
  for (int32_t run = 0; run < runs; ++run) {
    const int32_t r2 = run / p.out3, r1 = r2 / p.out2, r0 = r1 / p.out1;
    const int32_t i3 = run % p.out3 - p.before3, i2 = r2 % p.out2 - p.before2;
    const int32_t i1 = r1 % p.out1 - p.before1, i0 = r0 - p.before0;
    if (i3 < 0 || i3 >= p.in3 || i2 < 0 || i2 >= p.in2 || i1 < 0 || i1 >= p.in1 || i0 < 0 || i0 >= p.in0) {
      out = nn_fill_f32(out, p.value, p.out4);
      continue;
    }
    out = nn_fill_f32(out, p.value, p.before4);
    out = nn_copy_f32(out, in, p.in4); /* input runs follow each other in the same order */
    in += p.in4;
    out = nn_fill_f32(out, p.value, p.out4 - p.in4 - p.before4);
  }
}

#endif
