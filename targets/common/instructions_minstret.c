#include "instructions.h"

/* Instructions retired (The RISC-V Instruction Set Manual, volume II, section 3.1.10). The assembler is told
 * of the extension that has these instructions: multilibs are named without it. */
#define READ_CSR(name, to)                                                                                   \
  __asm__ volatile(".option push\n\t.option arch, +zicsr\n\tcsrr %0, " name "\n\t.option pop" : "=r"(to))

uint64_t instructions_now(void) {
  uint32_t high, low, again;
  do {
    READ_CSR("minstreth", high);
    READ_CSR("minstret", low);
    READ_CSR("minstreth", again);
  } while (high != again);
  return ((uint64_t)high << 32) + low;
}

uint32_t instructions_resolution(void) { return 1u; }

uint64_t instructions_span(void) { return UINT64_MAX; }
