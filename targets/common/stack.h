/* How much stack a piece of code uses: paint what is free, run it, see how far the paint was spoiled. */
#ifndef TARGETS_COMMON_STACK_H
#define TARGETS_COMMON_STACK_H

#include <stdint.h>

/** Fills the free stack, below the caller's frame, with a pattern. */
void stack_paint(void);

/** Bytes used below the point where stack_paint() began to paint; the call of the measured function included.
 */
uint32_t stack_used(void);

/** Bytes of the whole stack that were ever used since the last stack_paint(), and the stack's size. */
uint32_t stack_used_total(void);
uint32_t stack_size(void);

#endif
