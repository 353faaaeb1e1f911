/* Are instructions counted exactly? Code whose count is known by construction, counted by the plugin (the
 * lines
 * `# instructions 0`, `3` and `501` that the test expects) and by the board's own counter. */
#include <stdint.h>

#include "console.h"
#include "instructions.h"

#if defined(__arm__)
#define ASSEMBLE(text) __asm__ volatile(".syntax unified\n\t" text ::: "r0", "cc")
#define COUNT_DOWN_FROM_250 "movs r0, #250\n1:\n\tsubs r0, r0, #1\n\tbne 1b"
#elif defined(__riscv)
#define ASSEMBLE(text) __asm__ volatile(text ::: "a0")
#define COUNT_DOWN_FROM_250 "li a0, 250\n1:\n\taddi a0, a0, -1\n\tbnez a0, 1b"
#else
#define ASSEMBLE(text) ((void)0)
#endif

static void three_instructions(void) { ASSEMBLE("nop\n\tnop\n\tnop"); }

/* 1 + 2 * 250 */
static void loop_of_501_instructions(void) { ASSEMBLE(COUNT_DOWN_FROM_250); }

/* To be subtracted from another count: what surrounds the loop then cancels out. */
static uint64_t counted(int times) {
  const uint64_t before = instructions_now();
  for (int i = 0; i < times; i++)
    loop_of_501_instructions();
  return instructions_now() - before;
}

int main(void) {
  instructions_begin();
  instructions_end();
  instructions_begin();
  three_instructions();
  instructions_end();
  instructions_begin();
  loop_of_501_instructions();
  instructions_end();

  (void)instructions_now();
  const uint32_t rounds = 2000u;
  const uint64_t difference = counted(2 * (int)rounds) - counted((int)rounds);
  const uint64_t least = (uint64_t)rounds * 501u;
  /* A round has up to four instructions of its own, to count the rounds. */
  const uint64_t most = (uint64_t)rounds * 505u + 2u * instructions_resolution();
  console_puts("# difference ");
  console_u64(difference);
  console_puts("\n");
  if (instructions_resolution() != 0u &&
      (difference + 2u * instructions_resolution() < least || difference > most)) {
    console_puts("FAIL: the counter is wrong\n");
    return 1;
  }
  console_puts("PASS\n");
  return 0;
}
