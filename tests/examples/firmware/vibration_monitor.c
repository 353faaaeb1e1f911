/* A vibration monitor: watches a bearing through an analog accelerometer at an input of the converter (8,000
 * samples a second, ±4 g on the converter's whole range), says its state on the console and lights the LED
 * when something is wrong. */
#include <stdint.h>

#include "console.h"
#include "led.h"
#include "sampling.h"
#include "vibration.h"

enum { RATE = 8000, MIDDLE = 2048 }; /* MIDDLE: what the converter reads at 0 g */

static const char *const states[VIBRATION_OUTPUT_0_ELEMENTS] = {"healthy", "unbalanced", "outer race",
                                                                "inner race"};
enum { HEALTHY = 0 };

/* The network's working memory: its input and output are inside. */
static uint8_t arena[VIBRATION_ARENA_BYTES]
    __attribute__((section(".arena"), aligned(VIBRATION_ARENA_ALIGN)));

/* One window, 64 ms: the network takes readings of 8 bits, the converter's upper ones. */
static void listen(void) {
  int8_t *input = vibration_input_0(arena);
  for (uint32_t i = 0; i < VIBRATION_INPUT_0_ELEMENTS; i++)
    input[i] = (int8_t)(((int32_t)sampling_read() - MIDDLE) >> 4);
}

static uint32_t most_likely(const int8_t *scores) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < VIBRATION_OUTPUT_0_ELEMENTS; i++)
    if (scores[i] > scores[best])
      best = i;
  return best;
}

static void report(const int8_t *scores, uint32_t state) {
  console_puts("scores");
  for (uint32_t i = 0; i < VIBRATION_OUTPUT_0_ELEMENTS; i++) {
    console_puts(" ");
    console_i32(scores[i] - VIBRATION_OUTPUT_0_ZERO_POINT); /* in 256ths */
  }
  console_puts(": ");
  console_puts(states[state]);
  console_puts("\n");
}

int main(void) {
  led_init();
  sampling_start(RATE);
  for (;;) {
    listen();
    vibration_run(arena);
    const int8_t *scores = vibration_output_0(arena);
    const uint32_t state = most_likely(scores);
    led_set(state != HEALTHY);
    report(scores, state);
  }
}
