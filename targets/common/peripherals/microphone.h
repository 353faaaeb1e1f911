/* A digital microphone: 16,000 samples a second, 16 bits, in blocks of 20 ms. */
#ifndef TARGETS_COMMON_PERIPHERALS_MICROPHONE_H
#define TARGETS_COMMON_PERIPHERALS_MICROPHONE_H

#include <stdint.h>

enum { MICROPHONE_BLOCK = 320 };

void microphone_start(void);

/** Waits for the next block. It stays as it is until the call after the next. */
const int16_t *microphone_read(void);

#endif
