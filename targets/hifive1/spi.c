/* SPI1 on GPIO 2 (chip select 0), 3 (MOSI), 4 (MISO) and 5 (clock). Registers: SiFive FE310-G000 Manual,
 * sections 17 (GPIO) and 19 (SPI). */
#include "bus.h"

#define GPIO_IOF_EN (*(volatile uint32_t *)0x10012038u)
#define GPIO_IOF_SEL (*(volatile uint32_t *)0x1001203Cu)
#define IOF_SPI1 (15u << 2)

#define SPI1_SCKDIV (*(volatile uint32_t *)0x10024000u)
#define SPI1_CSID (*(volatile uint32_t *)0x10024010u)
#define SPI1_CSMODE (*(volatile uint32_t *)0x10024018u)
#define SPI1_TXDATA (*(volatile uint32_t *)0x10024048u)
#define SPI1_RXDATA (*(volatile uint32_t *)0x1002404Cu)
#define CSMODE_AUTO 0u
#define CSMODE_HOLD 2u /* from the next byte on, until it is changed */
#define TXDATA_FULL (1u << 31)
#define RXDATA_EMPTY (1u << 31)

void spi_init(void) {
  GPIO_IOF_SEL &= ~IOF_SPI1;
  GPIO_IOF_EN |= IOF_SPI1;
  SPI1_SCKDIV = 3u; /* core clock / 8: 1.8 MHz; the rest is right after reset */
  SPI1_CSID = 0u;
}

void spi_select(int selected) { SPI1_CSMODE = selected ? CSMODE_HOLD : CSMODE_AUTO; }

uint8_t spi_transfer(uint8_t byte) {
  while ((SPI1_TXDATA & TXDATA_FULL) != 0u) {
  }
  SPI1_TXDATA = byte;
  for (;;) {
    const uint32_t received = SPI1_RXDATA;
    if ((received & RXDATA_EMPTY) == 0u)
      return (uint8_t)received;
  }
}
