/* Console on UART0 (P0.06, the debug probe's serial port), 115200 baud, 8 data bits, no parity; exit as a
 * last line `EXIT <status>`. Registers: nRF52840 product specification, section UART. */
#include <stdint.h>

#include "board.h"
#include "console.h"

#define UART_STARTTX (*(volatile uint32_t *)0x40002008u)
#define UART_TXDRDY (*(volatile uint32_t *)0x4000211Cu)
#define UART_ENABLE (*(volatile uint32_t *)0x40002500u)
#define UART_PSEL_TXD (*(volatile uint32_t *)0x4000250Cu)
#define UART_TXD (*(volatile uint32_t *)0x4000251Cu)
#define UART_BAUDRATE (*(volatile uint32_t *)0x40002524u)

#define PIN_TXD 6u
#define ENABLED 4u
#define BAUD_115200 0x01D7E000u

void board_init(void) {
  UART_PSEL_TXD = PIN_TXD;
  UART_BAUDRATE = BAUD_115200;
  UART_ENABLE = ENABLED;
  UART_STARTTX = 1u;
}

static void put(char c) {
  UART_TXDRDY = 0u;
  UART_TXD = (uint8_t)c;
  while (UART_TXDRDY == 0u) {
  }
}

void board_write(const char *text) {
  for (; *text != '\0'; text++)
    put(*text);
}

void board_exit(int status) {
  console_puts("EXIT ");
  console_i32(status);
  console_puts("\n");
  for (;;)
    __asm__ volatile("wfi");
}
