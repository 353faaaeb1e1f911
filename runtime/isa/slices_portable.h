/* Slices in plain C99: what they mean (see nn_slices_s8.h). */
#ifndef NN_ISA_SLICES_PORTABLE_H
#define NN_ISA_SLICES_PORTABLE_H

/* Blocks of a slice that so many turns take. */
NN_KERNEL int32_t nn_slice_blocks(int32_t turns) { return nn_tile_blocks(turns) - 2 * (turns & 1); }

NN_KERNEL void nn_slice_any_s8(const nn_slice_t *t, int32_t pixels) {
  const int first = t->turns < 0;
  const int32_t n = 4 * nn_slice_blocks(t->turns & 0x7fffffff);
  const int16_t *v = t->v;
  for (int32_t *sums = t->sums; sums != t->end; sums += 2 * pixels, v += n) {
    for (int32_t i = 0; first && i < 2 * pixels; ++i) {
      sums[i] = 0;
    }
    nn_tile_products_s8(v, t->x, n, pixels, sums);
  }
}

NN_KERNEL void nn_slice_3_s8(const nn_slice_t *t) { nn_slice_any_s8(t, 3); }

NN_KERNEL void nn_slice_2_s8(const nn_slice_t *t) { nn_slice_any_s8(t, 2); }

NN_KERNEL void nn_last_slice_any_s8(const nn_tiles_t *t, int32_t pixels) {
  const int32_t n = 4 * nn_slice_blocks(t->turns);
  const nn_tile_channel_t *c = t->channels;
  const int16_t *v = t->v;
  int32_t *sums = t->sums;
  for (int8_t *out = t->out; out != t->end; c += 2, out += 2, v += n, sums += 2 * pixels) {
    nn_tile_products_s8(v, t->x, n, pixels, sums);
    for (int32_t i = 0; i < pixels; ++i) {
      nn_tile_pair_s8(t, c, sums + 2 * i, out + i * t->stride);
    }
  }
}

NN_KERNEL void nn_last_slice_3_s8(const nn_tiles_t *t) { nn_last_slice_any_s8(t, 3); }

NN_KERNEL void nn_last_slice_2_s8(const nn_tiles_t *t) { nn_last_slice_any_s8(t, 2); }

NN_KERNEL void nn_last_slice_3_lines_s8(const nn_tiles_t *t) { nn_last_slice_any_s8(t, 3); }

NN_KERNEL void nn_last_slice_2_lines_s8(const nn_tiles_t *t) { nn_last_slice_any_s8(t, 2); }

#endif
