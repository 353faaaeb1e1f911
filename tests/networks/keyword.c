/* Scores of keywords from a microphone's samples: 16-bit, 16 kHz, from standard input. */
#include <stdio.h>

#include "keyword.h"

static KEYWORD_ALIGNED(KEYWORD_ARENA_ALIGN) uint8_t arena[KEYWORD_ARENA_BYTES];
static keyword_state_t state;

int main(void) {
  keyword_reset(&state);
  while (fread(keyword_input_0(arena), KEYWORD_INPUT_0_BYTES, 1, stdin) == 1) { /* 20 ms */
    keyword_run(arena, &state);
    const int8_t *scores = keyword_output_0(arena); /* silence, unknown, yes, no */
    printf("%d %d %d %d\n", scores[0], scores[1], scores[2], scores[3]);
  }
  return 0;
}
