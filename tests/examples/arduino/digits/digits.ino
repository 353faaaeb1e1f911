// Beside this file: digits.c and digits.h, from
//   netsuke compile digits.tflite -o digits --name digits --single-file
#include "digits.h"

static uint8_t arena[DIGITS_ARENA_BYTES] __attribute__((aligned(DIGITS_ARENA_ALIGN)));

void setup() {
  Serial.begin(115200);
}

void loop() {
  int8_t *pixels = digits_input_0(arena);
  for (unsigned i = 0; i < DIGITS_INPUT_0_ELEMENTS; i++)
    pixels[i] = static_cast<int8_t>(analogRead(A0) / 4 - 128);  // in place of a camera
  digits_run(arena);
  Serial.println(digits_output_0(arena)[7]);  // -128 to 127: how much it looks like a 7
}
