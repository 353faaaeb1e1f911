/* Two networks take turns in one arena: each computes what it computes in an arena of its own, and a network
 * with state goes on where it was. With -DAPART each has its own arena: that is the program of the host whose
 * lines the firmware has to print. */
#include <stdint.h>
#include <string.h>

#include "both.h"
#include "console.h"

enum { TURNS = 4 };

#ifdef APART
static uint8_t memory[2][BOTH_ARENA_BYTES] __attribute__((aligned(BOTH_ARENA_ALIGN)));
#define ARENA(i) memory[i]
#else
static uint8_t memory[BOTH_ARENA_BYTES] __attribute__((aligned(BOTH_ARENA_ALIGN)));
#define ARENA(i) memory
#endif

static stream_state_t state;
static uint32_t random_state = 12345u;

static void fill(void *to, uint32_t bytes) {
  for (uint32_t i = 0; i < bytes; i++) {
    random_state = random_state * 1664525u + 1013904223u;
    ((uint8_t *)to)[i] = (uint8_t)(random_state >> 24);
  }
}

static void print(const char *name, const void *data, uint32_t bytes) {
  uint32_t sum = 2166136261u; /* FNV-1a */
  for (uint32_t i = 0; i < bytes; i++)
    sum = (sum ^ ((const uint8_t *)data)[i]) * 16777619u;
  console_puts(name);
  console_puts(" ");
  console_hex(sum);
  console_puts("\n");
}

int main(void) {
  memset(memory, 0x5A, sizeof memory);
  stream_reset(&state);
  for (int turn = 0; turn < TURNS; turn++) {
    fill(digits_input_0(ARENA(0)), DIGITS_INPUT_0_BYTES);
    digits_run(ARENA(0));
    print("digits", digits_output_0(ARENA(0)), DIGITS_OUTPUT_0_BYTES);
    fill(stream_input_0(ARENA(1)), STREAM_INPUT_0_BYTES);
    stream_run(ARENA(1), &state);
    print("stream", stream_output_0(ARENA(1)), STREAM_OUTPUT_0_BYTES);
  }
  console_puts("# arena ");
  console_u32((uint32_t)sizeof memory);
  console_puts("\nPASS\n");
  return 0;
}
