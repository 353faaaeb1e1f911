/* Runs the network and prints its outputs; exit status 1 where one is not what the shuffle puts there. */
#include <stdint.h>

#include "console.h"
#include "shuffle.h"

enum { GROUPS = 3, CHANNELS = 12, ZERO_POINT = SHUFFLE_OUTPUT_0_ZERO_POINT };

static _Alignas(SHUFFLE_ARENA_ALIGN) uint8_t arena[SHUFFLE_ARENA_BYTES];

int main(void) {
  int8_t given[SHUFFLE_INPUT_0_BYTES];
  int8_t *input = shuffle_input_0(arena);
  for (uint32_t i = 0; i < SHUFFLE_INPUT_0_BYTES; i++)
    input[i] = given[i] = (int8_t)((i * 37u) % 256u - 128u);
  shuffle_run(arena);

  const int8_t *output = shuffle_output_0(arena);
  int status = 0;
  for (uint32_t i = 0; i < SHUFFLE_OUTPUT_0_BYTES; i++) {
    uint32_t channel = i % CHANNELS;
    uint32_t from = i - channel + channel % GROUPS * (CHANNELS / GROUPS) + channel / GROUPS;
    int8_t wanted = given[from];
    wanted = wanted < ZERO_POINT ? ZERO_POINT : wanted; /* RELU */
    wanted = wanted > 117 ? 117 : wanted;               /* RELU6: 6 is 120 steps */
    console_i32(output[i]);
    console_puts(output[i] == wanted ? "\n" : " is wrong\n");
    if (output[i] != wanted)
      status = 1;
  }
  return status;
}
