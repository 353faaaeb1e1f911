/* Paired pixels in plain C99: what they mean (see nn_paired_s8.h). */
#ifndef NN_ISA_PAIRED_PORTABLE_H
#define NN_ISA_PAIRED_PORTABLE_H

#define NN_PAIRED_START 0x80008000u

/* Taps of a chunk, by its cut. */
static const int8_t nn_paired_taps[4] = {3, 8, 1, 5};

NN_SHARED void nn_pair_up_4_s8(const int8_t *const a[4], int32_t n, uint32_t *x) {
  for (int32_t k = 0; k < n; ++k, x += 2) {
    x[0] = (uint32_t)a[0][k] + ((uint32_t)a[1][k] << 16);
    x[1] = (uint32_t)a[2][k] + ((uint32_t)a[3][k] << 16);
  }
}

NN_SHARED void nn_pair_up_2_s8(const int8_t *const a[4], int32_t n, uint32_t *x) {
  for (int32_t k = 0; k < n; ++k) {
    x[k] = (uint32_t)a[0][k] + ((uint32_t)a[1][k] << 16);
  }
}

/* A channel's sums of `width` pixels added to acc. Returns the end of its weights; t->cuts moves on. */
NN_SHARED const int8_t *nn_paired_sums_s8(nn_paired_t *t, const int8_t *w, int32_t width, int32_t *acc) {
  const uint32_t *x = t->x;
  while (x != t->end) {
    for (uint32_t cuts = *t->cuts++; cuts << 2 != 0; cuts <<= 2) {
      const int8_t *const end = w + nn_paired_taps[cuts >> 29 & 3];
      uint32_t sum[2] = {NN_PAIRED_START, NN_PAIRED_START};
      while (w != end) {
        const uint32_t weight = (uint32_t)*w++;
        for (int32_t j = 0; j < width / 2; ++j) {
          sum[j] += *x++ * weight;
        }
      }
      for (int32_t j = 0; j < width; ++j) {
        acc[j] += (int32_t)(j % 2 ? sum[j / 2] >> 16 : sum[j / 2] & 0xffffu);
      }
    }
  }
  return w;
}

NN_SHARED void nn_paired_any_s8(nn_paired_t *t, int32_t width) {
  const int8_t *w = t->weights;
  for (; t->channels_left > 0; --t->channels_left, ++t->channels, ++t->out) {
    const int32_t bias = t->channels->bias_right >> 5;
    int32_t acc[4] = {bias, bias, bias, bias};
    w = nn_paired_sums_s8(t, w, width, acc);
    for (int32_t j = 0; j < width; ++j) {
      const int32_t before = j < width - 1 ? j * t->stride : (width - 2) * t->stride + t->last;
      t->out[before] = nn_paired_output_s8(acc[j], t->channels, t->zero);
    }
  }
}

NN_KERNEL void nn_paired_4_s8(nn_paired_t *t) { nn_paired_any_s8(t, 4); }

NN_KERNEL void nn_paired_2_s8(nn_paired_t *t) { nn_paired_any_s8(t, 2); }

#endif
