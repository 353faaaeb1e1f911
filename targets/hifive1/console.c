/* Console on UART0 (GPIO 17: transmit), 115200 baud, 8 data bits, no parity; exit as a last line `EXIT
 * <status>`. Registers: SiFive FE310-G000 Manual, sections 17 (GPIO) and 18 (UART). */
#include <stdint.h>

#include "board.h"
#include "board_config.h"
#include "console.h"

#define GPIO_IOF_EN (*(volatile uint32_t *)0x10012038u)
#define GPIO_IOF_SEL (*(volatile uint32_t *)0x1001203Cu)
#define UART0_TXDATA (*(volatile uint32_t *)0x10013000u)
#define UART0_TXCTRL (*(volatile uint32_t *)0x10013008u)
#define UART0_DIV (*(volatile uint32_t *)0x10013018u)

#define IOF_UART0_TX (1u << 17)
#define TXCTRL_TXEN (1u << 0)
#define TXDATA_FULL (1u << 31)
#define BAUD 115200u

void board_init(void) {
  GPIO_IOF_SEL &= ~IOF_UART0_TX;
  GPIO_IOF_EN |= IOF_UART0_TX;
  UART0_DIV = BOARD_CLOCK_HZ / BAUD - 1u;
  UART0_TXCTRL |= TXCTRL_TXEN;
}

static void put(char c) {
  while ((UART0_TXDATA & TXDATA_FULL) != 0u) {
  }
  UART0_TXDATA = (uint8_t)c;
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
