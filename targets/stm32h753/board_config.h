#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 64000000u /* after reset (internal oscillator, HSI); nothing needs more */
#define BOARD_USART 0x40004800u  /* USART3 */
#define BOARD_HAS_CACHES

#endif
