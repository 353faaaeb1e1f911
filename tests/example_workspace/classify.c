/* Classifies one picture; the same file for the host and for a microcontroller. */
#include <stdint.h>

#include "console.h"
#include "digits.h"

/* The network's working memory: its input and output are inside. */
static _Alignas(DIGITS_ARENA_ALIGN) uint8_t arena[DIGITS_ARENA_BYTES];

int main(void) {
  int8_t *input = digits_input_0(arena);
  for (uint32_t i = 0; i < DIGITS_INPUT_0_BYTES; i++)
    input[i] = (int8_t)((i * 37u) % 256u - 128u);
  digits_run(arena);

  const int8_t *output = digits_output_0(arena);
  uint32_t best = 0;
  for (uint32_t i = 0; i < DIGITS_OUTPUT_0_BYTES; i++) {
    console_i32(output[i]);
    console_puts("\n");
    if (output[i] > output[best])
      best = i;
  }
  console_puts("class ");
  console_u32(best);
  console_puts("\n");
  return 0;
}
