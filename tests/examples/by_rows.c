/* The same as classify.c, with the picture coming row by row, as a camera delivers it: no frame is held. */
#include "digits.h"

#include <stdint.h>
#include <stdio.h>

static uint8_t arena[DIGITS_ARENA_BYTES] __attribute__((aligned(DIGITS_ARENA_ALIGN)));

static const char *const picture[DIGITS_ROWS] = {
    "  ####  ", /* */
    " ##  ## ", /* */
    "     ## ", /* */
    "    ##  ", /* */
    "   ##   ", /* */
    "  ##    ", /* */
    " ##     ", /* */
    " ###### ",
};

/* Stands for the camera: it has one row at a time. */
static const int8_t *next_row(int y) {
  static int8_t row[DIGITS_ROW_ELEMENTS];
  for (int x = 0; x < (int)DIGITS_ROW_ELEMENTS; x++)
    row[x] = picture[y][x] == '#' ? 127 : -128;
  return row;
}

int main(void) {
  digits_begin(arena);
  int y = 0;
  while (digits_push_row(arena, next_row(y)) == 0)
    y++;

  const int8_t *score = digits_output_0(arena);
  int best = 0;
  for (int i = 1; i < (int)DIGITS_OUTPUT_0_ELEMENTS; i++)
    if (score[i] > score[best])
      best = i;
  printf("a %d after %d rows; arena %u bytes\n", best, y + 1, DIGITS_ARENA_BYTES);
  return 0;
}
