/* LOG_SOFTMAX, int8 and uint8 (TFLite reference_integer_ops::LogSoftmax): outputs are sixteenths, in fixed
 * point. */
#ifndef NN_LOG_SOFTMAX_Q8_H
#define NN_LOG_SOFTMAX_Q8_H

#include "nn_reciprocal.h"

typedef struct {
  int32_t depth;            /* elements of a row, at most 4095 */
  int32_t entries;          /* of the table; what lies further below the greatest element counts as 0 */
  int32_t multiplier, left; /* from steps to Q5.26 */
  int32_t divisor, right;   /* and back */
  int32_t radius;           /* steps that Q5.26 holds */
  int32_t sign;             /* of int8: 128, which turns it into uint8; of uint8: 0 */
} nn_log_softmax_q8_t;

NN_KERNEL int32_t nn_saturating_left(int32_t x, int32_t left) {
  const int64_t y = (int64_t)x * ((int64_t)1 << left);
  return y > INT32_MAX ? INT32_MAX : (int32_t)(y < INT32_MIN ? INT32_MIN : y);
}

/* The logarithm of x >= 1 as Q5.26, x being Q12.19 (TFLite log_x_for_x_greater_than_or_equal_to_1): a
 * quotient of polynomials about the fourth root of 1/2, after scaling by a power of two or by one and the
 * root of 1/2. */
NN_SHARED int32_t nn_log_q12(int32_t x) {
  const int32_t root = 1518500250, centre = 1805811301,
                quarter = 1 << 23; /* 2^-(1/2), 2^-(1/4); 1/4 in Q6.25 */
  int32_t above = 0, beside = 0;   /* free bits of x and of x * root */
  while (x < 1 << (30 - above)) {
    ++above;
  }
  const int32_t b = nn_high_mul(x, root);
  while (b < 1 << (30 - beside)) {
    ++beside;
  }
  const int32_t r_a = nn_saturating_left(nn_high_mul(nn_saturating_left(x, above), root), 1);
  const int32_t r_b = nn_saturating_left(x, beside);
  const int32_t power_a = (11 - above) * (1 << 25) + quarter;
  const int32_t power_b = (12 - beside) * (1 << 25) - quarter;
  const int32_t r = r_a < r_b ? r_a : r_b;
  const int32_t power = power_a > power_b ? power_a : power_b;

  const int32_t p = (int32_t)(((int64_t)r + centre + 1) >> 1);
  const int32_t q = (r - centre) * 2;
  const int32_t square = nn_high_mul(q, q);
  const int32_t numerator = nn_high_mul(q, r) + nn_high_mul(nn_high_mul(q, square), 117049297);
  const int32_t inner = 1057819769 + q + nn_high_mul(127690142, square);
  const int32_t denominator = nn_high_mul(p, inner) + nn_high_mul(638450708, q); /* less 1 */
  const int32_t inverse = nn_reciprocal(0x80000000u + (uint32_t)denominator);
  const int32_t sum = nn_high_mul(power, 1488522236) + nn_high_mul(nn_rounding_shift(numerator, 6), inverse);
  return nn_saturating_left(sum, 1);
}

/* n rows one after the other; exponentials[d] = exp(-d * scale) as Q0.31; out may be in */
NN_SHARED void nn_log_softmax_q8(const nn_log_softmax_q8_t p, const void *in, void *out,
                                 const int32_t *exponentials, int32_t n) {
  const uint8_t *x = in;
  uint8_t *y = out;
  for (int32_t row = 0; row < n; ++row, x += p.depth, y += p.depth) {
    int32_t max = 0, sum = 0; /* Q12.19 */
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t value = x[i] ^ p.sign;
      max = value > max ? value : max;
    }
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t below = max - (x[i] ^ p.sign);
      sum += below < p.entries ? (int32_t)(((uint32_t)exponentials[below] + 2048u) >> 12) : 0;
    }
    const int32_t log_sum = nn_log_q12(sum);
    const int32_t reach = -nn_rounding_shift(nn_high_mul(log_sum + INT32_MIN, p.divisor), p.right);
    const int32_t most = reach - 1 < p.radius ? reach - 1 : p.radius;
    for (int32_t i = 0; i < p.depth; ++i) {
      const int32_t below = max - (x[i] ^ p.sign);
      int32_t found = 0;
      if (below <= most) {
        const int32_t scaled = nn_high_mul((int32_t)(0u - ((uint32_t)below << p.left)), p.multiplier);
        found = nn_clamp(nn_rounding_shift(scaled - log_sum, 22) + 255, 0, 255);
      }
      y[i] = (uint8_t)(found ^ p.sign);
    }
  }
}

#endif
