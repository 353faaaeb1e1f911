/* Gathering taps in plain C99: what it means (see nn_patch_taps_s8.h). */
#ifndef NN_ISA_PATCH_TAPS_PORTABLE_H
#define NN_ISA_PATCH_TAPS_PORTABLE_H

typedef nn_patches_s8_t nn_patch_taps_t;

NN_KERNEL nn_patch_taps_t nn_patch_taps(const nn_patches_s8_t p) { return p; }

NN_KERNEL void nn_patch_begin(const nn_patches_s8_t p, nn_rows_s8 in, int32_t y, nn_patch_rows_t *rows) {
  nn_patch_rows(p, in, y, rows);
}

NN_KERNEL void nn_gather_taps_s8(const nn_patch_taps_t *g, const nn_patch_row_t *row, int32_t n, int32_t x,
                                 int32_t pixels, int8_t *patches, int32_t step) {
  const int32_t first = x * g->stride_w - g->pad_left;
  for (int32_t i = 0; i < n; ++i) {
    for (int32_t j = 0; j < pixels; ++j) {
      nn_gather_row_s8(*g, row[i].at, row[i].inside, first + j * g->stride_w,
                       patches + j * step + i * g->k_w * g->in_c);
    }
  }
}

#endif
