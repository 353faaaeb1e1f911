/* Taps that are partly outside of the image, for cores with MVE: sixteen bytes in two or three instructions.
 */
#ifndef NN_ISA_GATHER_MVE_H
#define NN_ISA_GATHER_MVE_H

/* to[i] = from[i] where low <= i < high, else value; i < n. */
NN_KERNEL void nn_copy_between_s8(int8_t *to, const int8_t *from, int32_t low, int32_t high, int32_t n,
                                  int32_t value) {
  int8_t *before = to, *there = to + low, *behind = to + high;
  from += low;
  __asm__ volatile(
      "vdup.8 q1, %[value]\n wlstp.8 lr, %[low], 2f\n 1: vstrb.8 q1, [%[before]], #16\n letp lr, 1b\n"
      "2: wlstp.8 lr, %[size], 4f\n 3: vldrb.8 q0, [%[from]], #16\n vstrb.8 q0, [%[there]], #16\n letp lr, "
      "3b\n"
      "4: wlstp.8 lr, %[rest], 6f\n 5: vstrb.8 q1, [%[behind]], #16\n letp lr, 5b\n 6:"
      : [before] "+l"(before), [there] "+l"(there), [behind] "+l"(behind), [from] "+l"(from)
      : [low] "r"(low), [size] "r"(high - low), [rest] "r"(n - high), [value] "r"(value)
      : "lr", "q0", "q1", "memory");
}

/* Neighbouring taps go together. */
NN_KERNEL void nn_gather_row_s8(const nn_patches_s8_t p, const int8_t *row, int inside, int32_t x,
                                int8_t *to) {
  const int32_t span = p.dilation_w == 1 ? p.k_w : 1, n = span * p.in_c, end = inside ? p.in_w : 0;
  for (int32_t kx = 0; kx < p.k_w; kx += span, x += p.dilation_w, to += n) {
    const int32_t low = nn_clamp(-x, 0, span), high = nn_clamp(end - x, low, span);
    nn_copy_between_s8(to, row + x * p.in_c, low * p.in_c, high * p.in_c, n, p.in_zero);
  }
}

#endif
