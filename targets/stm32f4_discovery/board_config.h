#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ                                                                                       \
  16000000u /* of the core after reset: the internal oscillator (HSI); nothing needs more */

#endif
