/* Analog samples at equal intervals, as a target gives them. */
#ifndef TARGETS_COMMON_PERIPHERALS_SAMPLING_H
#define TARGETS_COMMON_PERIPHERALS_SAMPLING_H

#include <stdint.h>

/** Starts a timer and the analog-to-digital converter; sampling_read() returns a sample for each tick. */
void sampling_start(uint32_t samples_per_second);

/** Waits for the next tick and returns the 12 bits (0 to 4095) of the conversion that the last one began. */
uint32_t sampling_read(void);

#endif
