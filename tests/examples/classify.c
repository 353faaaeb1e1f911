/* Reads a handwritten digit with the network digits, compiled to C by netsuke: the C interface at work.
 * 8x8 pixels; '#' is ink. */
#include "digits.h"

#include <stdint.h>
#include <stdio.h>

/* Working memory: inputs and outputs are in it. It may be shared with other networks between runs. */
static uint8_t arena[DIGITS_ARENA_BYTES] __attribute__((aligned(DIGITS_ARENA_ALIGN)));

static const char *const picture[8] = {
    "  ####  ", /* */
    " ##  ## ", /* */
    "     ## ", /* */
    "    ##  ", /* */
    "   ##   ", /* */
    "  ##    ", /* */
    " ##     ", /* */
    " ###### ",
};

int main(void) {
  int8_t *pixel = digits_input_0(arena);
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 8; x++)
      *pixel++ = picture[y][x] == '#' ? 127 : -128; /* real = scale * (q - zero_point): 0 to 1 */

  digits_run(arena);

  const int8_t *score = digits_output_0(arena);
  int best = 0;
  for (int i = 1; i < (int)DIGITS_OUTPUT_0_ELEMENTS; i++)
    if (score[i] > score[best])
      best = i;
  const double probability = (double)DIGITS_OUTPUT_0_SCALE * (score[best] - DIGITS_OUTPUT_0_ZERO_POINT);
  printf("a %d, with probability %.2f; arena %u bytes\n", best, probability, DIGITS_ARENA_BYTES);
  return 0;
}
