/* Gathering taps for cores with MVE: one function for all layers, sixteen bytes in three instructions. */
#ifndef NN_ISA_PATCH_TAPS_MVE_H
#define NN_ISA_PATCH_TAPS_MVE_H

/* What it needs of a layer, and bytes of a row of taps and from a pixel's to the next one's. */
typedef struct {
  int32_t in_w, in_c, k_w, stride_w, dilation_w, pad_left, in_zero;
  int32_t run, next;
} nn_patch_taps_t;

NN_KERNEL nn_patch_taps_t nn_patch_taps(const nn_patches_s8_t p) {
  const nn_patch_taps_t g = {p.in_w,     p.in_c,    p.k_w,          p.stride_w,         p.dilation_w,
                             p.pad_left, p.in_zero, p.k_w * p.in_c, p.stride_w * p.in_c};
  return g;
}

/* nn_patch_rows, smaller where sizes are not known. */
NN_KERNEL void nn_patch_begin(const nn_patches_s8_t p, nn_rows_s8 in, int32_t y, nn_patch_rows_t *rows) {
  if (__builtin_constant_p(p.k_h)) {
    nn_patch_rows(p, in, y, rows);
    return;
  }
  for (int32_t ky = 0; ky < NN_PATCH_ROWS && ky < p.k_h; ++ky) {
    rows->of[ky] = nn_patch_row(p, in, y, ky);
  }
}

/* Bytes of taps to the left of the image, in it, and to its right. */
typedef struct {
  int32_t left, there, right;
} nn_patch_parts_t;

NN_KERNEL void nn_patch_parts_s8(const nn_patch_parts_t *parts, const int8_t *from, int32_t value,
                                 int8_t *to) {
  int8_t *there = to + parts->left, *behind = there + parts->there;
  __asm__ volatile(
      "vdup.8 q1, %[value]\n wlstp.8 lr, %[low], 2f\n 1: vstrb.8 q1, [%[to]], #16\n letp lr, 1b\n"
      "2: wlstp.8 lr, %[size], 4f\n 3: vldrb.8 q0, [%[from]], #16\n vstrb.8 q0, [%[there]], #16\n"
      "letp lr, 3b\n 4: wlstp.8 lr, %[rest], 6f\n 5: vstrb.8 q1, [%[behind]], #16\n letp lr, 5b\n 6:"
      : [to] "+l"(to), [there] "+l"(there), [behind] "+l"(behind), [from] "+l"(from)
      : [low] "r"(parts->left), [size] "r"(parts->there), [rest] "r"(parts->right), [value] "r"(value)
      : "lr", "q0", "q1", "memory");
}

/* n rows of taps of one pixel, from column x on; neighbouring taps go together. */
NN_KERNEL void nn_patch_pixel_s8(const nn_patch_taps_t *g, const nn_patch_row_t *row, int32_t n, int32_t x,
                                 int8_t *to) {
  const int32_t span = g->dilation_w == 1 ? g->k_w : 1;
  for (int32_t kx = 0; kx < g->k_w; kx += span, x += g->dilation_w, to += span * g->in_c) {
    const int32_t low = nn_clamp(-x, 0, span), high = nn_clamp(g->in_w - x, low, span);
    const nn_patch_parts_t some = {low * g->in_c, (high - low) * g->in_c, (span - high) * g->in_c};
    const nn_patch_parts_t none = {span * g->in_c, 0, 0};
    int8_t *o = to;
    for (int32_t i = 0; i < n; ++i, o += g->run) {
      nn_patch_parts_s8(row[i].inside ? &some : &none, row[i].at + (x + low) * g->in_c, g->in_zero, o);
    }
  }
}

/* n rows of taps of up to 3 pixels from column x of the output on; patches are `step` apart. */
NN_APART void nn_gather_taps_s8(const nn_patch_taps_t *g, const nn_patch_row_t *row, int32_t n, int32_t x,
                                int32_t pixels, int8_t *patches, int32_t step) {
  const int32_t first = x * g->stride_w - g->pad_left;
  const int within =
      pixels == 3 && g->dilation_w == 1 && first >= 0 && first + 2 * g->stride_w + g->k_w <= g->in_w;
  const int32_t run = g->run, next = g->next, at = first * g->in_c;
  if (!within) {
    for (int32_t j = 0; j < pixels; ++j) {
      nn_patch_pixel_s8(g, row, n, first + j * g->stride_w, patches + j * step);
    }
    return;
  }
  for (; n > 0; --n, ++row, patches += run) {
    if (row->inside) {
      const int8_t *a = row->at + at;
      nn_copy_s8(patches, a, run);
      nn_copy_s8(patches + step, a + next, run);
      nn_copy_s8(patches + 2 * step, a + 2 * next, run);
    } else {
      nn_fill_s8(patches, g->in_zero, run);
      nn_fill_s8(patches + step, g->in_zero, run);
      nn_fill_s8(patches + 2 * step, g->in_zero, run);
    }
  }
}

#endif
