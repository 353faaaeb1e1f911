#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

/* After reset (ring oscillator, HFROSC: 72 MHz divided by 5); nothing needs more. */
#define BOARD_CLOCK_HZ 14400000u

/* Of mtime: the watch crystal. */
#define BOARD_MTIME_HZ 32768u

#endif
