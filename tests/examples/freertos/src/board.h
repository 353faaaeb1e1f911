/* What the application needs of its board. */
#ifndef BOARD_H
#define BOARD_H

#include <stdint.h>

/** Starts the converter; at each sample its interrupt calls `sampled` with a reading of 8 bits (128: 4 g). */
void board_start_sampling(uint32_t samples_per_second, void (*sampled)(int8_t reading));

void board_led(int on);
void board_print(const char *text);

#endif
