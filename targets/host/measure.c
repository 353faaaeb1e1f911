/* What the host does not measure. */
#include "instructions.h"
#include "stack.h"

void instructions_begin(void) {}
void instructions_end(void) {}
uint64_t instructions_now(void) { return 0u; }
uint32_t instructions_resolution(void) { return 0u; }
uint64_t instructions_span(void) { return 0u; }

void stack_paint(void) {}
uint32_t stack_used(void) { return 0u; }
uint32_t stack_used_total(void) { return 0u; }
uint32_t stack_size(void) { return 0u; }
