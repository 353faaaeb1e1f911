/* Reads digits held before a camera. The network takes 8x8 pixels of grey: each is the mean of a block of
 * 15x15 in the middle of the frame, summed up while the rows come in, so that no frame is held. */
#include <stdint.h>

#include "camera.h"
#include "console.h"
#include "digits.h"

enum { SIDE = 8, BLOCK = CAMERA_HEIGHT / SIDE, LEFT = (CAMERA_WIDTH - SIDE * BLOCK) / 2 };

static uint8_t arena[DIGITS_ARENA_BYTES] __attribute__((section(".arena"), aligned(DIGITS_ARENA_ALIGN)));

static void add_row(uint32_t sums[SIDE]) {
  uint8_t row[CAMERA_WIDTH];
  camera_read(row, CAMERA_WIDTH);
  for (uint32_t x = 0; x < SIDE * BLOCK; x++)
    sums[x / BLOCK] += row[LEFT + x];
}

static void look(void) {
  int8_t *pixel = digits_input_0(arena);
  for (uint32_t y = 0; y < SIDE; y++) {
    uint32_t sums[SIDE] = {0};
    for (uint32_t row = 0; row < BLOCK; row++)
      add_row(sums);
    for (uint32_t x = 0; x < SIDE; x++)
      *pixel++ = (int8_t)((int32_t)(sums[x] / (BLOCK * BLOCK)) - 128); /* the input's zero point is -128 */
  }
}

static void report(const int8_t *scores) {
  uint32_t best = 0;
  console_puts("scores");
  for (uint32_t i = 0; i < DIGITS_OUTPUT_0_ELEMENTS; i++) {
    console_puts(" ");
    console_i32(scores[i] - DIGITS_OUTPUT_0_ZERO_POINT);
    if (scores[i] > scores[best])
      best = i;
  }
  console_puts(": ");
  console_u32(best);
  console_puts("\n");
}

int main(void) {
  if (camera_start() != 0) {
    console_puts("FAIL: the camera does not answer\n");
    return 1;
  }
  for (;;) {
    if (camera_capture() != 0) {
      console_puts("FAIL: the camera's frame has another size\n");
      return 1;
    }
    look();
    digits_run(arena);
    report(digits_output_0(arena));
  }
}
