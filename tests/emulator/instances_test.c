/* Two instances of a network with state, their runs interleaved, in one arena that they share: what each
 * gives is what it gives alone. Built with -DMODEL_HEADER="\"stream.h\"" -DMODEL=stream -DMODEL_UPPER=STREAM;
 * inputs and outputs are int8, one input, two outputs.
 *
 *   instance 1 output 0 run 2 bytes=6 crc=01234567
 *
 * Run r of instance k takes the generator's bytes, x = 12345 + 1000 k + r before the first (reference.py
 * instances). -DPLANT_ONE_STATE lets both use the same state, so that a test can show that this is noticed.
 */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include MODEL_HEADER

#include "console.h"
#include "random_data.h"
#include "trace.h"

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define FUNCTION(suffix) PASTE(MODEL, suffix)
#define CONSTANT(suffix) PASTE(MODEL_UPPER, suffix)

enum { INSTANCES = 2, RUNS = 8, SEED = 12345, SEEDS_OF_AN_INSTANCE = 1000 };

static uint8_t arena[CONSTANT(_ARENA_BYTES)] __attribute__((aligned(CONSTANT(_ARENA_ALIGN))));
static FUNCTION(_state_t) states[INSTANCES];

static FUNCTION(_state_t) * state_of(uint32_t instance) {
#ifdef PLANT_ONE_STATE
  return &states[instance & 0u];
#else
  return &states[instance];
#endif
}

/* The network is the one of model_test.c, which looks at the layers. */
void trace_layer(uint32_t step, const char *name, const void *data, size_t bytes) {
  (void)step;
  (void)name;
  (void)data;
  (void)bytes;
}

static void report(uint32_t instance, uint32_t output, uint32_t run, const void *data, uint32_t bytes) {
  console_puts("instance ");
  console_u32(instance);
  console_puts(" output ");
  console_u32(output);
  console_puts(" run ");
  console_u32(run);
  console_puts(" bytes=");
  console_u32(bytes);
  console_puts(" crc=");
  console_hex(crc32_of(data, bytes));
  console_puts("\n");
}

static void run(uint32_t instance, uint32_t number) {
  memset(arena, (int)(0xA0u + instance), sizeof arena); /* nothing is kept there */
  random_state = SEED + SEEDS_OF_AN_INSTANCE * instance + number;
  int8_t *input = FUNCTION(_input_0)(arena);
  for (uint32_t i = 0; i < CONSTANT(_INPUT_0_BYTES); i++)
    input[i] = (int8_t)(uint8_t)(next_random() >> 24);
  FUNCTION(_run)(arena, state_of(instance));
  report(instance, 0u, number, FUNCTION(_output_0)(arena), CONSTANT(_OUTPUT_0_BYTES));
  report(instance, 1u, number, FUNCTION(_output_1)(arena), CONSTANT(_OUTPUT_1_BYTES));
}

/* In turn, but now and then one of them is ahead: 0 1, 1 0, 0 1, … */
int main(void) {
  for (uint32_t instance = 0; instance < INSTANCES; instance++) {
    memset(state_of(instance), 0xA7, sizeof states[0]);
    FUNCTION(_reset)(state_of(instance));
  }
  for (uint32_t number = 0; number < RUNS; number++) {
    run(number & 1u, number);
    run(1u - (number & 1u), number);
  }
  console_puts("PASS\n");
  return 0;
}
