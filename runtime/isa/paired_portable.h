/* Paired pixels in plain C99: what they mean (see nn_paired_s8.h). */
#ifndef NN_ISA_PAIRED_PORTABLE_H
#define NN_ISA_PAIRED_PORTABLE_H

NN_KERNEL int8_t nn_paired_output_s8(int32_t acc, const nn_paired_channel_t *c, int32_t zero) {
  const int32_t right = c->chunks_right & 31;
  const int32_t round = (int32_t)((uint32_t)zero << right) >> 1;
  return (int8_t)nn_clamp((nn_high_mul(acc, c->multiplier) + (acc >> 31) + round) >> right, -128, 127);
}

/* Taps of a chunk from its first byte. */
NN_KERNEL int32_t nn_paired_taps(int32_t first) { return 16 - (first - 2) / 14; }

NN_SHARED void nn_paired_4_s8(nn_paired_t *t) {
  const int8_t *w = t->weights;
  for (; t->channels_left > 0; --t->channels_left, ++t->channels, ++t->out) {
    const nn_paired_channel_t *const c = t->channels;
    const int32_t start = c->bias - (int32_t)((uint32_t)(c->chunks_right >> 16) << 15);
    int32_t a = start, b = c->bias, d = start, e = c->bias;
    const uint32_t *x = t->x;
    for (int32_t first = (uint8_t)*w++; first != 0; first = (uint8_t)*w++) {
      const int8_t *const end = w + nn_paired_taps(first);
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
  for (; t->channels_left > 0; --t->channels_left, ++t->channels, ++t->out) {
    const nn_paired_channel_t *const c = t->channels;
    int32_t a = c->bias - (int32_t)((uint32_t)(c->chunks_right >> 16) << 15), b = c->bias;
    const uint32_t *x = t->x;
    for (int32_t first = (uint8_t)*w++; first != 0; first = (uint8_t)*w++) {
      const int8_t *const end = w + nn_paired_taps(first);
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
