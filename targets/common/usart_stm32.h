/* Console on a USART of an STM32: what a target's console.c starts once clock and pin are set up. */
#ifndef TARGETS_COMMON_USART_STM32_H
#define TARGETS_COMMON_USART_STM32_H

/** 115200 baud, 8 data bits, no parity; transmits only. The USART's clock has to run at BOARD_CLOCK_HZ. */
void usart_stm32_start(void);

#endif
