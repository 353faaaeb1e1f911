/* Console on USART1 (PA9). Registers: reference manual RM0008, sections 7.3 (RCC) and 9.2 (GPIO). */
#include <stdint.h>

#include "board.h"
#include "usart_stm32.h"

#define RCC_APB2ENR (*(volatile uint32_t *)0x40021018u)
#define GPIOA_CRH (*(volatile uint32_t *)0x40010804u)

#define APB2ENR_GPIOA (1u << 2)
#define APB2ENR_USART1 (1u << 14)
#define CRH_PA9_MASK (15u << 4)
#define CRH_PA9_ALTERNATE (11u << 4) /* push-pull, up to 50 MHz */

void board_init(void) {
  RCC_APB2ENR |= APB2ENR_GPIOA | APB2ENR_USART1;
  GPIOA_CRH = (GPIOA_CRH & ~CRH_PA9_MASK) | CRH_PA9_ALTERNATE;
  usart_stm32_start();
}
