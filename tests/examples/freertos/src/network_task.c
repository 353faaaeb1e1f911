#include "network_task.h"

#include "board.h"
#include "task.h"
#include "vibration.h"

/* In words of the stack: //tools/stack:bound says what vibration_run takes, printing comes on top. */
enum { STACK_WORDS = 256, PRIORITY = 1 };

static const char *const states[VIBRATION_OUTPUT_0_ELEMENTS] = {"healthy", "unbalanced", "outer race",
                                                                "inner race"};
enum { HEALTHY = 0 };

/* Static, and not on the task's stack. Other tasks may have networks of their own, in arenas of their own; or
 * share this one under a mutex. */
static uint8_t arena[VIBRATION_ARENA_BYTES] __attribute__((aligned(VIBRATION_ARENA_ALIGN)));
static StackType_t stack[STACK_WORDS];
static StaticTask_t task;

static void print_number(int value) {
  char digits[4] = {0};
  int at = 3;
  do {
    digits[--at] = (char)('0' + value % 10);
    value /= 10;
  } while (value != 0);
  board_print(" ");
  board_print(&digits[at]);
}

static void report(const int8_t *scores) {
  int best = 0;
  board_print("scores");
  for (int i = 0; i < (int)VIBRATION_OUTPUT_0_ELEMENTS; i++) {
    print_number(scores[i] - VIBRATION_OUTPUT_0_ZERO_POINT); /* in 256ths */
    if (scores[i] > scores[best])
      best = i;
  }
  board_print(": ");
  board_print(states[best]);
  board_print("\n");
  board_led(best != HEALTHY);
}

static void run(void *parameter) {
  StreamBufferHandle_t readings = parameter;
  for (;;) {
    int8_t *input = vibration_input_0(arena);
    size_t filled = 0;
    while (filled < VIBRATION_INPUT_0_BYTES)
      filled +=
          xStreamBufferReceive(readings, input + filled, VIBRATION_INPUT_0_BYTES - filled, portMAX_DELAY);
    vibration_run(arena);
    report(vibration_output_0(arena));
  }
}

void network_task_create(StreamBufferHandle_t readings) {
  xTaskCreateStatic(run, "network", STACK_WORDS, readings, PRIORITY, stack, &task);
}
