/* Strips in plain C99: what they mean (see nn_strips_s8.h). */
#ifndef NN_ISA_STRIPS_PORTABLE_H
#define NN_ISA_STRIPS_PORTABLE_H

NN_KERNEL void nn_widen_strip_s8(const int8_t *a, int32_t n, int16_t *to) {
  for (int32_t i = 0; i < n; ++i) {
    to[i] = a[i];
  }
}

NN_KERNEL void nn_strips_any_s8(const nn_tiles_t *t, int32_t run, int32_t pixels) {
  const int32_t rows = nn_tile_blocks(t->turns) + 1, step = run + 2 * (pixels - 1);
  const nn_tile_channel_t *c = t->channels;
  const int16_t *v = t->v;
  for (int8_t *out = t->out; out != t->end; c += 2, out += 2, v += rows * run) {
    for (int32_t i = pixels; i-- > 0;) { /* the first at last: others may be at its place */
      int32_t sums[2] = {0, 0};
      for (int32_t k = 0; k < rows * run; ++k) {
        const int32_t at = t->x[k / run * step + 2 * i + k % run];
        sums[0] += at * v[k];
        sums[1] += at * (int8_t)(v[k] & 0xff);
      }
      nn_tile_pair_s8(t, c, sums, out + i * t->stride);
    }
  }
}

NN_KERNEL void nn_strips_4_3_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 4, 3); }

NN_KERNEL void nn_strips_4_3_lines_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 4, 3); }

NN_KERNEL void nn_strips_4_2_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 4, 2); }

NN_KERNEL void nn_strips_4_2_lines_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 4, 2); }

NN_KERNEL void nn_strips_8_3_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 8, 3); }

NN_KERNEL void nn_strips_8_3_lines_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 8, 3); }

NN_KERNEL void nn_strips_8_2_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 8, 2); }

NN_KERNEL void nn_strips_8_2_lines_s8(const nn_tiles_t *t) { nn_strips_any_s8(t, 8, 2); }

#endif
