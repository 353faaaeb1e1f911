/* Runs primitives of the runtime on data from a stream. A trial is its operation and that operation's data,
 * all int32 except for the bytes of vectors; operation -1 ends. tests/runtime/trials.py writes it. */
#include "driver.h"
#include "isa/api.h"
#include "nn_fixed_s16.h"
#include "nn_half.h"

#ifdef __ARM_FEATURE_MVE
#include "isa/curves_mve.h"
#endif

enum { VECTOR_BYTES = 256, MOST_ARGUMENTS = 7 };

static int8_t vectors[4][VECTOR_BYTES];
static int16_t packed[4 * VECTOR_BYTES] NN_ALIGNED(4), wide[VECTOR_BYTES];

static int32_t scalar(int32_t operation, const int32_t *x) {
  const nn_channel_t channel = {0, x[1], x[2]};
  const nn_packed_channel_t small = {x[2], x[1]};
  const nn_scale_t scale = {x[1], x[2]};
  switch (operation) {
  case 0:
    return nn_high_mul(x[0], x[1]);
  case 1:
    return nn_rounding_shift(x[0], x[1]);
  case 2:
    return nn_requantize(x[0], x[1], x[2]);
  case 3:
    return nn_high_mul_small(x[0], x[1]);
  case 4:
    return nn_high_mul_add(x[0], x[1], x[2]);
  case 5:
    return nn_mul_high_add(x[0], x[1], x[2]);
  case 6:
    return nn_requantize_right(x[0], x[1], x[2], x[3]);
  case 7:
    return nn_clamp_s8(x[0], x[1], x[2]);
  case 8:
    return nn_output_s8(x[0], &channel, x[3], x[4], x[5], x[6]);
  case 9:
    return nn_output_packed_s8(x[0], nn_unpack_channel(small, x[4]), x[3]);
  case 10:
    return nn_rescale_once(x[0], scale, x[3], x[4]);
  case 11:
    return nn_mul_q15(x[0], x[1]);
  case 12:
    return nn_clamp_s16(x[0]);
  case 13:
    return nn_rounding_shift_small(x[0], x[1]);
  case 14: {
    const float single = nn_half_f32((uint16_t)x[0]);
    int32_t bits;
    memcpy(&bits, &single, sizeof bits);
    return bits;
  }
  default:
    return nn_clamp(x[0], x[1], x[2]);
  }
}

/* acc is what the results are added to. */
static void dots(int32_t operation, int32_t n, int8_t *const v[4], int32_t acc[8]) {
  switch (operation) {
  case 32:
    nn_dot_2x2_s8(v[0], v[1], v[2], v[3], n, acc);
    break;
  case 33:
    nn_dot_1x2_s8(v[0], v[2], v[3], n, acc);
    break;
  case 34:
    nn_sum_x2_s8(v[2], v[3], n, acc);
    break;
  case 35:
    acc[0] += nn_sum_s8(v[0], n);
    break;
  case 37:
  case 39:
    for (int32_t i = 0; i < n; ++i) {
      wide[i] = (int16_t)(v[0][i] * 256 + (v[1][i] & 255));
    }
    if (operation == 37) {
      nn_dot_1x2_s16_s8(wide, v[2], v[3], n, acc);
    } else {
      nn_dot_1x4_s16_s8(wide, (const int8_t *)packed, n, acc, 1, 0);
    }
    break;
  case 38:
    nn_dot_1x4_s8(v[0], (const int8_t *)packed, n, acc);
    break;
  default: {
    const int32_t start[4] = {acc[0], acc[1], acc[2], acc[3]};
    acc[4] = (int32_t)(nn_dot_1x4_pairs_s8(v[0], packed, n, start, acc) - packed);
    break;
  }
  }
}

/* Four bytes of each vector, as pairs and as quads. */
static void pairs(int8_t *const v[4], int32_t x, int32_t out[13], int8_t bytes[12]) {
  nn_pair_t a_even, a_odd, w_even, w_odd, plus_even, plus_odd;
  nn_load_pairs_s8(v[0], &a_even, &a_odd);
  nn_load_pairs_s8(v[2], &w_even, &w_odd);
  nn_load_pairs_plus_s8(v[0], nn_pair(x, -x), &plus_even, &plus_odd);
  out[0] = nn_mac_low(a_even, w_even, x);
  out[1] = nn_mac_high(a_even, w_even, x);
  out[2] = nn_mac_low(a_odd, w_odd, x);
  out[3] = nn_mac_high(a_odd, w_odd, x);
  out[4] = nn_dot_pair(a_even, w_odd, x);
  out[5] = nn_dot_pair(plus_even, w_even, 0);
  out[6] = nn_dot_pair(plus_odd, w_odd, 0);
  out[7] = nn_scale_low(x, w_even, 7);
  out[8] = nn_scale_high(x, w_odd, 7);
  out[9] = nn_dot_pair(nn_pair_high(a_odd), w_odd, 0);
  nn_add_x4_s8(v[1], out);
  const nn_quad_t a = nn_load_quad(v[0]), b = nn_load_quad(v[1]);
  nn_store_quad(nn_max_quad(a, b), bytes);
  nn_store_quad(nn_min_quad(a, b), bytes + 4);
  nn_store_quad(nn_splat_quad((int8_t)x), bytes + 8);
}

/* A function of every int16: the logistic one, or tanh of `bits` integer bits. */
static void curve(int32_t bits) {
  int16_t values[256];
  for (int32_t a = -32768; a < 32768; a += 256) {
    for (int32_t i = 0; i < 256; ++i) {
      values[i] = (int16_t)(bits < 0 ? nn_logistic_fixed_s16(a + i) : nn_tanh_fixed_s16(a + i, bits));
    }
#ifdef __ARM_FEATURE_MVE
    for (int32_t i = 0; i < 256 && (bits < 0 || bits >= 2); ++i) {
      values[i] = (int16_t)(a + i);
      if (i % 8 == 7) {
        bits < 0 ? nn_logistic_x8(values + i - 7) : nn_tanh_x8(values + i - 7, bits - 2);
      }
    }
#endif
    driver_write(values, sizeof values);
  }
}

static void trial(int32_t operation) {
  int32_t x[MOST_ARGUMENTS], acc[13] = {0};
  if (operation < 32) {
    driver_read(x, sizeof x);
    acc[0] = scalar(operation, x);
    driver_write(acc, 4);
    return;
  }
  if (operation == 41) {
    driver_read(x, 4);
    curve(x[0]);
    return;
  }
  driver_read(x, 8); /* length, and how far from an aligned address */
  int8_t *v[4];
  for (int i = 0; i < 4; ++i) {
    v[i] = vectors[i] + (x[1] * (i + 1)) % 4;
    driver_read(v[i], (size_t)x[0]);
  }
  driver_read(acc, 16);
  if (operation == 40) {
    int8_t bytes[12];
    pairs(v, acc[0], acc, bytes);
    driver_write(acc, 40);
    driver_write(bytes, sizeof bytes);
    return;
  }
  if (operation == 36 || operation == 38 || operation == 39) {
    driver_read(packed, (size_t)x[0] * 4);
  }
  dots(operation, x[0], v, acc);
  driver_write(acc, 20);
}

int main(void) {
  for (;;) {
    int32_t operation;
    driver_read(&operation, sizeof operation);
    if (operation < 0) {
      return 0;
    }
    trial(operation);
  }
}
