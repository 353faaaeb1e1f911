/* Sums of pairs of int8 for cores with the Arm DSP extension: loads of four (see nn_add_s8.h). */
#ifndef NN_ISA_ADD_ARMV7EM_H
#define NN_ISA_ADD_ARMV7EM_H

NN_KERNEL int8_t nn_add_byte_s8(const nn_add_s8_t *p, uint32_t a, uint32_t b) {
  const int32_t sum = p->start + (int8_t)(a & 0xff) * p->factor_a + (int8_t)(b & 0xff) * p->factor_b;
  return nn_clamp_s8(sum >> p->shift, p->low, p->high);
}

NN_KERNEL void nn_add_run_s8(const nn_add_s8_t *p, const int8_t *a, const int8_t *b, int8_t *out, int32_t n) {
  const int8_t *const fours = a + (n & ~3), *const end = a + n;
  for (; a != fours; a += 4, b += 4, out += 4) {
    const uint32_t x = nn_load_s8x4(a), y = nn_load_s8x4(b);
    out[0] = nn_add_byte_s8(p, x, y);
    out[1] = nn_add_byte_s8(p, x >> 8, y >> 8);
    out[2] = nn_add_byte_s8(p, x >> 16, y >> 16);
    out[3] = nn_add_byte_s8(p, x >> 24, y >> 24);
  }
  while (a != end) {
    *out++ = nn_add_byte_s8(p, (uint8_t)*a++, (uint8_t)*b++);
  }
}

#endif
