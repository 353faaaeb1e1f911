/* Tiles in plain C99: what they mean (see nn_tiles_s8.h). */
#ifndef NN_ISA_TILES_PORTABLE_H
#define NN_ISA_TILES_PORTABLE_H

/* x for the tile of 3 or 2 pixels at a[0], a[1], …: n inputs each, filled up with zeros to a multiple of 4.
 */
NN_KERNEL void nn_widen_tile_s8(int32_t pixels, const int8_t *const a[3], int32_t n, int16_t *x) {
  for (int32_t k = 0; k < n; k += 4) {
    for (int32_t half = 0; half < 2; ++half) {
      for (int32_t i = 0; i < pixels; ++i) {
        *x++ = (int16_t)(k + half < n ? a[i][k + half] : 0);
        *x++ = (int16_t)(k + half + 2 < n ? a[i][k + half + 2] : 0);
      }
    }
  }
}

NN_KERNEL int8_t nn_tile_output_s8(int32_t sum, const nn_tile_channel_t *c, int32_t zero) {
  const int32_t right = c->bits & 31, acc2 = (c->bits >> 5) + 2 * sum; /* bit 5 is 0 */
  const int32_t high = (int32_t)(((int64_t)acc2 * c->multiplier + ((int64_t)1 << 31)) >> 32);
  const int32_t round = (int32_t)((uint32_t)zero << right);
  return (int8_t)nn_clamp((high + (high >> 31) + round) >> right >> 1, -128, 127);
}

NN_KERNEL void nn_tiles_any_s8(nn_tiles_t *t, int32_t pixels) {
  for (; t->pairs > 0; --t->pairs, t->channels += 2, t->out += 2, t->v += 4 * t->blocks) {
    for (int32_t i = 0; i < pixels; ++i) {
      int32_t both = 0, second = 0;
      for (int32_t k = 0; k < 4 * t->blocks; ++k) {
        const int32_t x = t->x[(k / 2 * pixels + i) * 2 + k % 2];
        both += x * t->v[k];
        second += x * (int8_t)(t->v[k] & 0xff);
      }
      int8_t *out = t->out + i * t->stride;
      out[0] = nn_tile_output_s8((both - second) / 256, &t->channels[0], t->zero);
      out[1] = nn_tile_output_s8(second, &t->channels[1], t->zero);
    }
  }
}

NN_KERNEL void nn_tiles_3_s8(nn_tiles_t *t) { nn_tiles_any_s8(t, 3); }

NN_KERNEL void nn_tiles_2_s8(nn_tiles_t *t) { nn_tiles_any_s8(t, 2); }

NN_KERNEL void nn_tiles_3_from_lowest_s8(nn_tiles_t *t) { nn_tiles_any_s8(t, 3); }

NN_KERNEL void nn_tiles_2_from_lowest_s8(nn_tiles_t *t) { nn_tiles_any_s8(t, 2); }

#endif
