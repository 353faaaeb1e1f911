/* Slices of paired pixels in plain C99: what they mean (see nn_paired_slices_s8.h). */
#ifndef NN_ISA_PAIRED_SLICES_PORTABLE_H
#define NN_ISA_PAIRED_SLICES_PORTABLE_H

/* `width` (4 or 2) pixels; accumulators are those of each pixel. */
NN_SHARED void nn_paired_slice_any_s8(nn_paired_t *t, int32_t width) {
  const int first = t->slice & NN_PAIRED_FIRST, last = t->slice & NN_PAIRED_LAST;
  const int8_t *w = t->weights;
  for (; t->channels_left > 0; --t->channels_left, ++t->channels, ++t->out, t->sums += width) {
    const nn_paired_channel_t *const c = t->channels;
    for (int32_t j = 0; first && j < width; ++j) {
      t->sums[j] = c->bias_right >> 5;
    }
    w = nn_paired_sums_s8(t, w, width, t->sums);
    for (int32_t j = 0; last && j < width; ++j) {
      const int32_t before = j < width - 1 ? j * t->stride : (width - 2) * t->stride + t->last;
      t->out[before] = nn_paired_output_s8(t->sums[j], c, t->zero);
    }
  }
}

NN_KERNEL void nn_paired_slice_4_s8(nn_paired_t *t) { nn_paired_slice_any_s8(t, 4); }

NN_KERNEL void nn_paired_slice_2_s8(nn_paired_t *t) { nn_paired_slice_any_s8(t, 2); }

#endif
