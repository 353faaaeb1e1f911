/* Console on USART3 (PD8). Registers: reference manual RM0433, sections 8.7 (RCC) and 11.4 (GPIO). */
#include <stdint.h>

#include "board.h"
#include "usart_stm32.h"

#define RCC_AHB4ENR (*(volatile uint32_t *)0x580244E0u)
#define RCC_APB1LENR (*(volatile uint32_t *)0x580244E8u)
#define GPIOD_MODER (*(volatile uint32_t *)0x58020C00u)
#define GPIOD_AFRH (*(volatile uint32_t *)0x58020C24u)

#define AHB4ENR_GPIOD (1u << 3)
#define APB1LENR_USART3 (1u << 18)
#define MODER_PD8_MASK (3u << 16)
#define MODER_PD8_ALTERNATE (2u << 16)
#define AFRH_PD8_MASK (15u << 0)
#define AFRH_PD8_USART (7u << 0)

void board_init(void) {
  RCC_AHB4ENR |= AHB4ENR_GPIOD;
  RCC_APB1LENR |= APB1LENR_USART3;
  GPIOD_MODER = (GPIOD_MODER & ~MODER_PD8_MASK) | MODER_PD8_ALTERNATE;
  GPIOD_AFRH = (GPIOD_AFRH & ~AFRH_PD8_MASK) | AFRH_PD8_USART;
  usart_stm32_start();
}
