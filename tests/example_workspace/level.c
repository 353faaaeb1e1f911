/* Says whether the device moves, by two seconds of an accelerometer. */
#include <stdint.h>

#include "accelerometer.h"
#include "console.h"
#include "gesture.h"

static _Alignas(GESTURE_ARENA_ALIGN) uint8_t arena[GESTURE_ARENA_BYTES];

int main(void) {
  if (accelerometer_start() != 0) {
    console_puts("FAIL: no accelerometer\n");
    return 1;
  }
  float *input = gesture_input_0(arena);
  for (uint32_t i = 0; i < GESTURE_INPUT_0_ELEMENTS; i += 3)
    accelerometer_read(input + i);
  gesture_run(arena);
  console_puts(gesture_output_0(arena)[0] > 0.5f ? "still\n" : "moving\n");
  return 0;
}
