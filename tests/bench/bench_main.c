/* A network as firmware whose cost is measured (firmware.py builds and runs it).
 *
 * BENCH_RUNS times: the arena is filled with garbage, the inputs are read from a file of the machine that
 * emulates, the network runs between the marks that the counting plugin looks for, and the outputs are
 * written to another file. Only the runs from BENCH_FIRST_COUNTED on are counted.
 *
 *   stack 312      bytes that the runs used at most, the call of the network included
 *
 * With -DBENCH_EMPTY the network does nothing: what this program is larger without it is the network's. */
#include "console.h"
#include "driver.h"
#include "instructions.h"
#include "stack.h"

#include <stdint.h>

#include "network_ports.h" /* generated: BENCH_ARENA_BYTES, READ_INPUTS, WRITE_OUTPUTS, RUN, RESET */

__attribute__((section(".arena"), aligned(64))) static uint8_t arena[BENCH_ARENA_BYTES];

/* Volatile: GCC would make it memset, which then would not count as the network's where that calls it. */
static void fill_arena(uint32_t run) {
  volatile uint8_t *const bytes = arena;
  for (uint32_t i = 0u; i < BENCH_ARENA_BYTES; i++)
    bytes[i] = (uint8_t)(0x5Au + 7u * i + run);
}

/* The marks enclose what counts; the first runs may be left out. */
__attribute__((noinline)) static void run_counted(void) {
  instructions_begin();
  RUN(arena);
  instructions_end();
}

__attribute__((noinline)) static void run_uncounted(void) { RUN(arena); }

int main(void) {
  uint32_t stack = 0u;
  RESET();
  for (uint32_t run = 0u; run < BENCH_RUNS; run++) {
    fill_arena(run);
    READ_INPUTS(arena);
    stack_paint();
    if (run >= BENCH_FIRST_COUNTED) {
      run_counted();
    } else {
      run_uncounted();
    }
    const uint32_t used = stack_used();
    stack = used > stack ? used : stack;
    WRITE_OUTPUTS(arena);
  }
  console_puts("stack ");
  console_hex(stack);
  console_puts("\n");
  return 0;
}
