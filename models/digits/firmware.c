/* Reads the held-out digits one after the other and prints what the network says; firmware_log.py reads it.
 *
 *   digit 0 scores -128 -128 … -128 says 8     (one line a digit, the scores are the network's int8 outputs)
 *   arena 2304
 *   stack 412                                  (bytes that one inference uses at most, its call included)
 *   done 360
 */
#include "console.h"
#include "digits.h"
#include "held_out_digits.h"
#include "instructions.h"
#include "stack.h"

#include <stdint.h>

enum { PIXELS = DIGITS_INPUT_0_ELEMENTS, CLASSES = DIGITS_OUTPUT_0_ELEMENTS };

typedef char image_is_the_networks_input[sizeof held_out_digits[0] == DIGITS_INPUT_0_BYTES ? 1 : -1];

__attribute__((section(".arena"), aligned(DIGITS_ARENA_ALIGN))) static uint8_t arena[DIGITS_ARENA_BYTES];

/* One inference; returns the stack it used. The marks enclose what is counted as its instructions. */
static uint32_t infer(const uint8_t grey[PIXELS]) {
  int8_t *input = digits_input_0(arena);
  for (int i = 0; i < PIXELS; i++)
    input[i] = (int8_t)(grey[i] - 128); /* the input's zero point is -128 */
  stack_paint();
  instructions_begin();
  digits_run(arena);
  instructions_end();
  return stack_used();
}

static int largest(const int8_t scores[CLASSES]) {
  int best = 0;
  for (int i = 1; i < CLASSES; i++)
    if (scores[i] > scores[best])
      best = i;
  return best;
}

static void print_field(const char *name, uint32_t value) {
  console_puts(name);
  console_u32(value);
  console_puts("\n");
}

int main(void) {
  uint32_t stack = 0u;
  for (uint32_t digit = 0; digit < HELD_OUT_DIGITS; digit++) {
    const uint32_t used = infer(held_out_digits[digit]);
    stack = used > stack ? used : stack;
    const int8_t *scores = digits_output_0(arena);
    console_puts("digit ");
    console_u32(digit);
    console_puts(" scores");
    for (int i = 0; i < CLASSES; i++) {
      console_puts(" ");
      console_i32(scores[i]);
    }
    console_puts(" says ");
    console_i32(largest(scores));
    console_puts("\n");
  }
  print_field("arena ", DIGITS_ARENA_BYTES);
  print_field("stack ", stack);
  print_field("done ", HELD_OUT_DIGITS);
  return 0;
}
