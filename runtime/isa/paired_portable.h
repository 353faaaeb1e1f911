/* Paired pixels in plain C99: what they mean (see nn_paired_s8.h). */
#ifndef NN_ISA_PAIRED_PORTABLE_H
#define NN_ISA_PAIRED_PORTABLE_H

/* Taps of a chunk. */
NN_KERNEL int32_t nn_paired_taps(uint8_t cut) { return 16 - (cut - 2) / 14; }

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

NN_SHARED void nn_paired_4_s8(nn_paired_t *t) {
  const int8_t *w = t->weights;
  const uint8_t *cut = t->cuts;
  for (; t->channels_left > 0; --t->channels_left, ++t->channels, ++t->out, ++cut) {
    const nn_paired_channel_t *const c = t->channels;
    const int32_t start = c->bias - (int32_t)((uint32_t)(c->chunks_right >> 16) << 15);
    int32_t a = start, b = c->bias, d = start, e = c->bias;
    const uint32_t *x = t->x;
    for (; *cut != 0; ++cut) {
      const int8_t *const end = w + nn_paired_taps(*cut);
      uint32_t ab = 1u << 15, de = 1u << 15;
      do {
        const uint32_t weight = (uint32_t)*w++;
        ab += x[0] * weight;
        de += x[1] * weight;
        x += 2;
      } while (w != end);
      a += (int32_t)(ab & 0xffffu);
      b += (int32_t)ab >> 16;
      d += (int32_t)(de & 0xffffu);
      e += (int32_t)de >> 16;
    }
    t->out[0] = nn_paired_output_s8(a, c, t->zero);
    t->out[t->stride] = nn_paired_output_s8(b, c, t->zero);
    t->out[2 * t->stride] = nn_paired_output_s8(d, c, t->zero);
    t->out[2 * t->stride + t->last] = nn_paired_output_s8(e, c, t->zero);
  }
}

NN_SHARED void nn_paired_2_s8(nn_paired_t *t) {
  const int8_t *w = t->weights;
  const uint8_t *cut = t->cuts;
  for (; t->channels_left > 0; --t->channels_left, ++t->channels, ++t->out, ++cut) {
    const nn_paired_channel_t *const c = t->channels;
    int32_t a = c->bias - (int32_t)((uint32_t)(c->chunks_right >> 16) << 15), b = c->bias;
    const uint32_t *x = t->x;
    for (; *cut != 0; ++cut) {
      const int8_t *const end = w + nn_paired_taps(*cut);
      uint32_t ab = 1u << 15;
      do {
        const uint32_t weight = (uint32_t)*w++;
        ab += *x++ * weight;
      } while (w != end);
      a += (int32_t)(ab & 0xffffu);
      b += (int32_t)ab >> 16;
    }
    t->out[0] = nn_paired_output_s8(a, c, t->zero);
    t->out[t->last] = nn_paired_output_s8(b, c, t->zero);
  }
}

#endif
