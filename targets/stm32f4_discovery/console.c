/* Console on USART2 (PA2). Registers: reference manual RM0090, sections 7.3 (RCC) and 8.4 (GPIO). */
#include <stdint.h>

#include "board.h"
#include "usart_stm32.h"

#define RCC_AHB1ENR (*(volatile uint32_t *)0x40023830u)
#define RCC_APB1ENR (*(volatile uint32_t *)0x40023840u)
#define GPIOA_MODER (*(volatile uint32_t *)0x40020000u)
#define GPIOA_AFRL (*(volatile uint32_t *)0x40020020u)

#define AHB1ENR_GPIOA (1u << 0)
#define APB1ENR_USART2 (1u << 17)
#define MODER_PA2_MASK (3u << 4)
#define MODER_PA2_ALTERNATE (2u << 4)
#define AFRL_PA2_MASK (15u << 8)
#define AFRL_PA2_USART (7u << 8)

void board_init(void) {
  RCC_AHB1ENR |= AHB1ENR_GPIOA;
  RCC_APB1ENR |= APB1ENR_USART2;
  GPIOA_MODER = (GPIOA_MODER & ~MODER_PA2_MASK) | MODER_PA2_ALTERNATE;
  GPIOA_AFRL = (GPIOA_AFRL & ~AFRL_PA2_MASK) | AFRL_PA2_USART;
  usart_stm32_start();
}
