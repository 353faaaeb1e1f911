/* Sums of rows per channel for cores with MVE: four or eight channels at a time. */
#ifndef NN_ISA_SUM_ROWS_MVE_H
#define NN_ISA_SUM_ROWS_MVE_H

/* Adds n pixels of up to eight channels, c apart, to int16 sums; the first ones clear them. */
NN_KERNEL void nn_sum_x8_s8(const int8_t *a, int32_t n, int32_t c, int first, mve_pred16_t some,
                            int16_t *sums) {
  int16x8_t sum = first ? vdupq_n_s16(0) : vldrhq_z_s16(sums, some);
  for (int32_t x = 0; x < n; ++x, a += c) {
    sum = vaddq_s16(sum, vldrbq_z_s16(a, some));
  }
  vstrhq_p_s16(sums, sum, some);
}

/* The same of up to four channels, and int32 sums. */
NN_KERNEL void nn_sum_x4_s8(const int8_t *a, int32_t n, int32_t c, int first, mve_pred16_t some,
                            int32_t *sums) {
  int32x4_t sum = first ? vdupq_n_s32(0) : vldrwq_z_s32(sums, some);
  for (int32_t x = 0; x < n; ++x, a += c) {
    sum = vaddq_s32(sum, vldrbq_z_s32(a, some));
  }
  vstrwq_p_s32(sums, sum, some);
}

NN_KERNEL void nn_sum_rows_s8(nn_rows_s8 in, int32_t in_h, int32_t in_w, int32_t c, int narrow, void *sums,
                              int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const int8_t *row = nn_row_s8(in, y, in_h);
    for (int32_t i = 0; i < c; i += narrow ? 8 : 4) {
      const uint32_t left = (uint32_t)(c - i);
      if (narrow) {
        nn_sum_x8_s8(row + i, in_w, c, y == 0, vctp16q(left), (int16_t *)sums + i);
      } else {
        nn_sum_x4_s8(row + i, in_w, c, y == 0, vctp32q(left), (int32_t *)sums + i);
      }
    }
  }
}

#endif
