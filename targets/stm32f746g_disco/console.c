/* Console on USART1 (PA9). Registers: reference manual RM0385, sections 5.3 (RCC) and 6.4 (GPIO). */
#include <stdint.h>

#include "board.h"
#include "quadspi.h"
#include "usart_stm32.h"

#define RCC_AHB1ENR (*(volatile uint32_t *)0x40023830u)
#define RCC_APB2ENR (*(volatile uint32_t *)0x40023844u)
#define GPIOA_MODER (*(volatile uint32_t *)0x40020000u)
#define GPIOA_AFRH (*(volatile uint32_t *)0x40020024u)

#define AHB1ENR_GPIOA (1u << 0)
#define APB2ENR_USART1 (1u << 4)
#define MODER_PA9_MASK (3u << 18)
#define MODER_PA9_ALTERNATE (2u << 18)
#define AFRH_PA9_MASK (15u << 4)
#define AFRH_PA9_USART (7u << 4)

void board_init(void) {
  RCC_AHB1ENR |= AHB1ENR_GPIOA;
  RCC_APB2ENR |= APB2ENR_USART1;
  GPIOA_MODER = (GPIOA_MODER & ~MODER_PA9_MASK) | MODER_PA9_ALTERNATE;
  GPIOA_AFRH = (GPIOA_AFRH & ~AFRH_PA9_MASK) | AFRH_PA9_USART;
  usart_stm32_start();
  quadspi_map();
}
