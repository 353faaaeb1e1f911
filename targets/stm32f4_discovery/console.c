/* Console on USART2 (PA2: transmit), 115200 baud, 8 data bits, no parity; exit as a last line `EXIT
 * <status>`. Registers: reference manual RM0090, sections 7.3 (RCC), 8.4 (GPIO) and 30.6 (USART). */
#include <stdint.h>

#include "board.h"
#include "board_config.h"
#include "console.h"

#define RCC_AHB1ENR (*(volatile uint32_t *)0x40023830u)
#define RCC_APB1ENR (*(volatile uint32_t *)0x40023840u)
#define GPIOA_MODER (*(volatile uint32_t *)0x40020000u)
#define GPIOA_AFRL (*(volatile uint32_t *)0x40020020u)
#define USART2_SR (*(volatile uint32_t *)0x40004400u)
#define USART2_DR (*(volatile uint32_t *)0x40004404u)
#define USART2_BRR (*(volatile uint32_t *)0x40004408u)
#define USART2_CR1 (*(volatile uint32_t *)0x4000440Cu)

#define AHB1ENR_GPIOA (1u << 0)
#define APB1ENR_USART2 (1u << 17)
#define MODER_PA2_MASK (3u << 4)
#define MODER_PA2_ALTERNATE (2u << 4)
#define AFRL_PA2_MASK (15u << 8)
#define AFRL_PA2_USART (7u << 8)
#define CR1_TE (1u << 3)
#define CR1_UE (1u << 13)
#define SR_TC (1u << 6)
#define SR_TXE (1u << 7)
#define BAUD 115200u

void board_init(void) {
  RCC_AHB1ENR |= AHB1ENR_GPIOA;
  RCC_APB1ENR |= APB1ENR_USART2;
  GPIOA_MODER = (GPIOA_MODER & ~MODER_PA2_MASK) | MODER_PA2_ALTERNATE;
  GPIOA_AFRL = (GPIOA_AFRL & ~AFRL_PA2_MASK) | AFRL_PA2_USART;
  USART2_BRR = (BOARD_CLOCK_HZ + BAUD / 2u) / BAUD; /* 16 samples a bit: the divisor's fraction has 4 bits */
  USART2_CR1 = CR1_UE | CR1_TE;
}

static void put(char c) {
  while ((USART2_SR & SR_TXE) == 0u) {
  }
  USART2_DR = (uint8_t)c;
}

void board_write(const char *text) {
  for (; *text != '\0'; text++)
    put(*text);
}

void board_exit(int status) {
  console_puts("EXIT ");
  console_i32(status);
  console_puts("\n");
  while ((USART2_SR & SR_TC) == 0u) {
  }
  for (;;)
    __asm__ volatile("wfi");
}
