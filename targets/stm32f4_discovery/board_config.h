#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 16000000u /* after reset (internal oscillator, HSI); nothing needs more */
#define BOARD_USART 0x40004400u  /* USART2 */
#define BOARD_USART_FIRST_GENERATION

#endif
