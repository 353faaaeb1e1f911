/* Sleeping until the time has come. */
#ifndef TARGETS_COMMON_PERIPHERALS_SLEEP_H
#define TARGETS_COMMON_PERIPHERALS_SLEEP_H

#include <stdint.h>

/** Sleeps for about so many milliseconds, at most 100; the core waits for an interrupt meanwhile. */
void sleep_ms(uint32_t milliseconds);

#endif
