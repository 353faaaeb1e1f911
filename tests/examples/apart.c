/* The same as classify.c, with everything where the program wants it: two pieces of RAM, input and output of
 * the program's own, and the weights in a file. */
#include "digits.h"

#include <stdint.h>
#include <stdio.h>

/* On a board: in sections that the linker script places in the fast and in the slow memory. */
static uint8_t fast[DIGITS_ARENA_FAST_BYTES] __attribute__((aligned(DIGITS_ARENA_FAST_ALIGN)));
static uint8_t slow[DIGITS_ARENA_SLOW_BYTES] __attribute__((aligned(DIGITS_ARENA_SLOW_ALIGN)));

/* On a board: a place in external flash. */
static uint8_t constants[DIGITS_CONSTANTS_BYTES] __attribute__((aligned(DIGITS_CONSTANTS_ALIGN)));

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

static uint32_t load(const char *path) {
  FILE *file = fopen(path, "rb");
  const size_t bytes = file ? fread(constants, 1, sizeof constants, file) : 0;
  if (file)
    fclose(file);
  return (uint32_t)bytes;
}

int main(int count, char **arguments) {
  const uint32_t bytes = load(count > 1 ? arguments[1] : "digits.bin");
  const digits_bound_t bound = digits_bind(constants, bytes);
  if (bound != DIGITS_BOUND) {
    printf("no network: %d\n", (int)bound);
    return 1;
  }

  int8_t frame[DIGITS_INPUT_0_ELEMENTS] __attribute__((aligned(DIGITS_IO_ALIGN)));
  int8_t score[DIGITS_OUTPUT_0_ELEMENTS] __attribute__((aligned(DIGITS_IO_ALIGN)));
  for (int y = 0; y < 8; y++)
    for (int x = 0; x < 8; x++)
      frame[8 * y + x] = picture[y][x] == '#' ? 127 : -128;
  digits_run(fast, slow, frame, score);

  int best = 0;
  for (int i = 1; i < (int)DIGITS_OUTPUT_0_ELEMENTS; i++)
    if (score[i] > score[best])
      best = i;
  printf("a %d; fast %u and slow %u bytes\n", best, DIGITS_ARENA_FAST_BYTES, DIGITS_ARENA_SLOW_BYTES);
  return 0;
}
