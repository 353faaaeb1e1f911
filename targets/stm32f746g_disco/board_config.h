#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 16000000u /* after reset (internal oscillator, HSI); nothing needs more */
#define BOARD_USART 0x40011000u  /* USART1 */
#define BOARD_HAS_CACHES

#endif
