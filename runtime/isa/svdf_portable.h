/* SVDF, int8 with int8 state: a batch, portable. */
#ifndef NN_ISA_SVDF_PORTABLE_H
#define NN_ISA_SVDF_PORTABLE_H

NN_KERNEL void nn_svdf_batch_s8(const nn_svdf_s8_t p, const int8_t *in, int8_t *out, int8_t *state,
                                const int8_t *feature, const int8_t *time, const void *offsets,
                                const int32_t *bias) {
  nn_svdf_filters_s8(p, in, out, state, feature, time, offsets, bias);
}

#endif
