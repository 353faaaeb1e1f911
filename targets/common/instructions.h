/* Counting executed instructions. Emulators count instructions, not cycles; so does this.
 *
 * Exact, in QEMU: tools/emulators/insn_count, a plugin, counts what runs between instructions_begin() and
 * instructions_end(); the firmware needs no counter. Both are symbols to stop at and do nothing.
 *
 * Within the firmware: instructions_now(). How fine it is depends on the target (instructions_resolution()):
 *   - DWT cycle counter under Renode: 1, as it is described to count one a (simulated) instruction;
 *   - SysTick under QEMU with -icount shift=0, where an instruction takes one nanosecond of virtual time: one
 * tick, that is 40 instructions at 25 MHz. Without -icount the value is that of the wall clock and means
 * nothing;
 *   - host: no counter, always 0. */
#ifndef TARGETS_COMMON_INSTRUCTIONS_H
#define TARGETS_COMMON_INSTRUCTIONS_H

#include <stdint.h>

/** The region between the two is what the plugin counts; neither call is part of it. */
void instructions_begin(void);
void instructions_end(void);

/** Instructions since some fixed moment. Call it at least once within instructions_span(), else a wrap is
 * lost. */
uint64_t instructions_now(void);

/** The largest error of a difference of two instructions_now(), in instructions; 0: there is no counter. */
uint32_t instructions_resolution(void);

/** Instructions within which the counter does not wrap more than once. */
uint64_t instructions_span(void);

#endif
