#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 10000000u /* of the timer (mtime); the core of the emulated board has no clock */

#endif
