/* Console and exit through a USART of an STM32, of either generation. board_config.h says BOARD_USART, its
 * address, and BOARD_USART_FIRST_GENERATION for those with a common data register (STM32F1, F2, F4, L1).
 * Registers: RM0008 section 27.6 and RM0090 section 30.6 (first), RM0091 section 27.8 (second). */
#include "usart_stm32.h"

#include <stdint.h>

#include "board.h"
#include "board_config.h"
#include "console.h"

#define REGISTER(offset) (*(volatile uint32_t *)(BOARD_USART + (offset)))

#ifdef BOARD_USART_FIRST_GENERATION
#define USART_STATUS REGISTER(0x00u)
#define USART_TRANSMIT REGISTER(0x04u)
#define USART_BRR REGISTER(0x08u)
#define USART_CR1 REGISTER(0x0Cu)
#define CR1_UE (1u << 13)
#else
#define USART_CR1 REGISTER(0x00u)
#define USART_BRR REGISTER(0x0Cu)
#define USART_STATUS REGISTER(0x1Cu)
#define USART_TRANSMIT REGISTER(0x28u)
#define CR1_UE (1u << 0)
#endif

#define CR1_TE (1u << 3)
#define STATUS_TC (1u << 6)
#define STATUS_TXE (1u << 7)
#define BAUD 115200u

void usart_stm32_start(void) {
  USART_BRR = (BOARD_CLOCK_HZ + BAUD / 2u) / BAUD; /* 16 samples a bit: in both, the clock cycles of a bit */
  USART_CR1 = CR1_UE | CR1_TE;
}

static void put(char c) {
  while ((USART_STATUS & STATUS_TXE) == 0u) {
  }
  USART_TRANSMIT = (uint8_t)c;
}

void board_write(const char *text) {
  for (; *text != '\0'; text++)
    put(*text);
}

void board_exit(int status) {
  console_puts("EXIT ");
  console_i32(status);
  console_puts("\n");
  while ((USART_STATUS & STATUS_TC) == 0u) {
  }
  for (;;)
    __asm__ volatile("wfi");
}
