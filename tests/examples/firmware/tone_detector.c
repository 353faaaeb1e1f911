/* Listens through a digital microphone and says what sounds: half a second at a time. Two networks: one makes
 * 16 features of each 20 ms with the operators of the signal library, the other classifies 25 rows of them.
 */
#include <stdint.h>
#include <string.h>

#include "console.h"
#include "front_end.h"
#include "led.h"
#include "microphone.h"
#include "tones.h"

enum { BANDS = FRONT_END_OUTPUT_0_ELEMENTS, ROWS = TONES_INPUT_0_ELEMENTS / BANDS };

static const char *const sounds[TONES_OUTPUT_0_ELEMENTS] = {"quiet", "rising", "falling", "alarm"};
enum { QUIET = 0 };

static uint8_t front_end_arena[FRONT_END_ARENA_BYTES]
    __attribute__((section(".arena"), aligned(FRONT_END_ARENA_ALIGN)));
static uint8_t arena[TONES_ARENA_BYTES] __attribute__((section(".arena"), aligned(TONES_ARENA_ALIGN)));

/* One row of features, 0 to 255, as the classifier takes them: its zero point is -128. */
static void listen(int8_t row[BANDS]) {
  memcpy(front_end_input_0(front_end_arena), microphone_read(), FRONT_END_INPUT_0_BYTES);
  front_end_run(front_end_arena);
  const int16_t *band = front_end_output_0(front_end_arena);
  for (uint32_t i = 0; i < BANDS; i++)
    row[i] = (int8_t)((band[i] < 0 ? 0 : band[i] > 255 ? 255 : band[i]) - 128);
}

static void report(const int8_t *scores) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < TONES_OUTPUT_0_ELEMENTS; i++)
    if (scores[i] > scores[best])
      best = i;
  led_set(best != QUIET);
  console_puts("scores");
  for (uint32_t i = 0; i < TONES_OUTPUT_0_ELEMENTS; i++) {
    console_puts(" ");
    console_i32(scores[i] - TONES_OUTPUT_0_ZERO_POINT); /* in 256ths */
  }
  console_puts(": ");
  console_puts(sounds[best]);
  console_puts("\n");
}

int main(void) {
  led_init();
  microphone_start();
  for (;;) {
    int8_t *row = tones_input_0(arena);
    for (uint32_t i = 0; i < ROWS; i++, row += BANDS)
      listen(row);
    tones_run(arena);
    report(tones_output_0(arena));
  }
}
