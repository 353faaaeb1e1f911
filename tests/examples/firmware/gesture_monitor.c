/* Tells movements of the device apart: two seconds of an accelerometer at a time, whichever is linked in. */
#include <stdint.h>

#include "accelerometer.h"
#include "console.h"
#include "gesture.h"
#include "led.h"

enum { AXES = 3, SAMPLES = GESTURE_INPUT_0_ELEMENTS / AXES };

static const char *const gestures[GESTURE_OUTPUT_0_ELEMENTS] = {"still", "circle", "shake", "lift", "knock"};
enum { STILL = 0 };

static uint8_t arena[GESTURE_ARENA_BYTES] __attribute__((section(".arena"), aligned(GESTURE_ARENA_ALIGN)));

static uint32_t most_likely(const float *probability) {
  uint32_t best = 0;
  for (uint32_t i = 1; i < GESTURE_OUTPUT_0_ELEMENTS; i++)
    if (probability[i] > probability[best])
      best = i;
  return best;
}

static void report(const float *probability, uint32_t gesture) {
  console_puts("scores");
  for (uint32_t i = 0; i < GESTURE_OUTPUT_0_ELEMENTS; i++) {
    console_puts(" ");
    console_u32((uint32_t)(probability[i] * 256.0f)); /* what the network gives are 256ths */
  }
  console_puts(": ");
  console_puts(gestures[gesture]);
  console_puts("\n");
}

int main(void) {
  led_init();
  if (accelerometer_start() != 0) {
    console_puts("FAIL: the accelerometer does not answer\n");
    return 1;
  }
  for (;;) {
    float *sample = gesture_input_0(arena);
    for (uint32_t i = 0; i < SAMPLES; i++)
      accelerometer_read(sample + AXES * i);
    gesture_run(arena);
    const float *probability = gesture_output_0(arena);
    const uint32_t gesture = most_likely(probability);
    led_set(gesture != STILL);
    report(probability, gesture);
  }
}
