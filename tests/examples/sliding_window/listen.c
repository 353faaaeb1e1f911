/* Prints after every 4 samples how strongly the last 64 shook: a window that slides over a signal. Made with
 *   netsuke compile listen.tflite -o generated --name listen --stream-window=4 */
#include "listen.h"

#include <stdint.h>
#include <stdio.h>

static uint8_t arena[LISTEN_ARENA_BYTES] __attribute__((aligned(LISTEN_ARENA_ALIGN)));
static listen_state_t state; /* what is needed of the samples before */

/* Stands for the sensor: 3 axes, calm but for samples 40 to 59. */
static void read_sensor(int sample, int8_t axes[3]) {
  for (int i = 0; i < 3; i++)
    axes[i] = (int8_t)(sample >= 40 && sample < 60 ? (sample * (37 + i) % 200) - 100 : sample % 3);
}

int main(void) {
  listen_reset(&state);
  for (int sample = 0; sample < 144;) {
    int8_t *motion = listen_input_0(arena);
    for (int row = 0; row < (int)LISTEN_NEW_ROWS; row++)
      read_sensor(sample++, motion + 3 * row);

    listen_run(arena, &state);

    const int8_t *strength = listen_output_0(arena);
    printf("%d: %d %d %d %d\n", sample, strength[0], strength[1], strength[2], strength[3]);
  }
  return 0;
}
