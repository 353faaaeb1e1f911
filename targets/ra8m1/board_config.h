#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 8000000u /* after reset (internal oscillator, MOCO); nothing needs more */

#endif
