/* Sums of rows per channel, portable: four channels at a time. */
#ifndef NN_ISA_SUM_ROWS_PORTABLE_H
#define NN_ISA_SUM_ROWS_PORTABLE_H

NN_KERNEL void nn_sum_rows_s8(nn_rows_s8 in, int32_t in_h, int32_t in_w, int32_t c, int narrow, void *sums,
                              int32_t y0, int32_t y1) {
  for (int32_t y = y0; y < y1; ++y) {
    const int8_t *row = nn_row_s8(in, y, in_h);
    int32_t i = 0;
    for (; i + 4 <= c; i += 4) {
      const int32_t keep = y > 0;
      int32_t sum[4] = {0, 0, 0, 0};
      if (keep) {
        sum[0] = nn_sum_at(sums, i, narrow), sum[1] = nn_sum_at(sums, i + 1, narrow);
        sum[2] = nn_sum_at(sums, i + 2, narrow), sum[3] = nn_sum_at(sums, i + 3, narrow);
      }
      for (int32_t x = 0; x < in_w; ++x) {
        nn_add_x4_s8(row + x * c + i, sum);
      }
      nn_set_sum(sums, i, sum[0], narrow), nn_set_sum(sums, i + 1, sum[1], narrow);
      nn_set_sum(sums, i + 2, sum[2], narrow), nn_set_sum(sums, i + 3, sum[3], narrow);
    }
    for (; i < c; ++i) {
      int32_t sum = y > 0 ? nn_sum_at(sums, i, narrow) : 0;
      for (int32_t x = 0; x < in_w; ++x) {
        sum += row[x * c + i];
      }
      nn_set_sum(sums, i, sum, narrow);
    }
  }
}

#endif
