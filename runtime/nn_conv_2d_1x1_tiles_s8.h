/* CONV_2D with a 1x1 kernel, stride 1, no padding, int8, by tiles: see nn_tiles_s8.h. */
#ifndef NN_CONV_2D_1X1_TILES_S8_H
#define NN_CONV_2D_1X1_TILES_S8_H

#include "nn_tiles_s8.h"

typedef struct {
  int32_t in_c, out_c; /* channels */
  int32_t out_zero;    /* zero point of the output; the input's is in the biases */
  int32_t low, high;   /* clamp of the output */
  int32_t rounding;    /* NN_TILES_… */
  int32_t mixed;       /* does the network round both ways? */
} nn_conv_2d_1x1_tiles_s8_t;

/* n pixels one after the other: in[n][in_c], out[n][out_c]. x is scratch for 3 pixels. */
NN_KERNEL void nn_conv_2d_1x1_tiles_s8(const nn_conv_2d_1x1_tiles_s8_t p, const int8_t *in, int8_t *out,
                                       int16_t *x, const int16_t *weights, const nn_tile_channel_t *channels,
                                       int32_t n) {
  const int32_t blocks = (p.in_c + 3) / 4;
  nn_tiles_t t = nn_tiles(x, blocks, weights, channels, p.out_zero, p.rounding);
  for (int32_t i = 0; i < n;) {
    const int32_t pixels = nn_tile_pixels(n - i);
    const int8_t *const first = in + i * p.in_c, *const second = pixels == 1 ? first : first + p.in_c;
    const int8_t *const a[3] = {first, second, first + 2 * p.in_c};
    nn_widen_tile_s8(nn_tile_width(pixels), a, p.in_c, x);
    nn_tile_s8(&t, pixels, blocks, out + i * p.out_c, p.out_c, p.rounding, p.mixed, p.low, p.high);
    i += pixels;
  }
}

#endif
