#include "stack.h"

#define PATTERN 0xC5C5C5C5u

#if defined(__riscv)
#define READ_STACK_POINTER "mv %0, sp"
#else
#define READ_STACK_POINTER "mov %0, sp"
#endif

/* Placed by sections.ld; the stack grows down from top to limit. */
extern uint32_t linker_stack_limit, linker_stack_top;

static uintptr_t painted_from; /* the stack pointer while painting: the paint ends below */

/* A leaf without locals in memory: its own frame must not lie in the painted part. */
__attribute__((noinline)) void stack_paint(void) {
  uintptr_t stack_pointer;
  __asm__ volatile(READ_STACK_POINTER : "=r"(stack_pointer));
  painted_from = stack_pointer;
  for (volatile uint32_t *word = &linker_stack_limit; (uintptr_t)word < stack_pointer; word++)
    *word = PATTERN;
}

static uintptr_t lowest_used(void) {
  const volatile uint32_t *word = &linker_stack_limit;
  while (word < &linker_stack_top && *word == PATTERN)
    word++;
  return (uintptr_t)word;
}

uint32_t stack_used(void) {
  const uintptr_t lowest = lowest_used();
  return lowest < painted_from ? (uint32_t)(painted_from - lowest) : 0u;
}

uint32_t stack_used_total(void) { return (uint32_t)((uintptr_t)&linker_stack_top - lowest_used()); }

uint32_t stack_size(void) {
  return (uint32_t)((uintptr_t)&linker_stack_top - (uintptr_t)&linker_stack_limit);
}
