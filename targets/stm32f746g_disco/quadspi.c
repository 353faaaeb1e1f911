/* Registers: reference manual RM0385, sections 5.3 (RCC), 6.4 (GPIO) and 14.5 (QUADSPI); pins: user manual
 * UM1907, schematic. Not tried on a board yet. */
#include "quadspi.h"

#include <stdint.h>

#define REGISTER(address) (*(volatile uint32_t *)(address))
#define RCC_AHB1ENR REGISTER(0x40023830u)
#define RCC_AHB3ENR REGISTER(0x40023838u)
#define GPIOB 0x40020400u
#define GPIOD 0x40020C00u
#define GPIO_MODER(port) REGISTER((port) + 0x00u)
#define GPIO_AFR(port, pin) REGISTER((port) + ((pin) < 8u ? 0x20u : 0x24u))
#define QUADSPI_CR REGISTER(0xA0001000u)
#define QUADSPI_DCR REGISTER(0xA0001004u)
#define QUADSPI_CCR REGISTER(0xA0001014u)

#define AHB1ENR_GPIOB (1u << 1)
#define AHB1ENR_GPIOD (1u << 3)
#define AHB3ENR_QUADSPI (1u << 1)
#define CR_ENABLE (1u << 0)
#define DCR_ADDRESS_BITS(n) (((n)-1u) << 16)
#define CCR_MEMORY_MAPPED (3u << 26)
#define CCR_DATA_ONE_LINE (1u << 24)
#define CCR_ADDRESS_24_BITS (2u << 12)
#define CCR_ADDRESS_ONE_LINE (1u << 10)
#define CCR_COMMAND_ONE_LINE (1u << 8)
#define COMMAND_READ 0x03u

static void connect(uint32_t port, uint32_t pin, uint32_t function) {
  const uint32_t place = 4u * (pin % 8u);
  GPIO_AFR(port, pin) = (GPIO_AFR(port, pin) & ~(15u << place)) | (function << place);
  GPIO_MODER(port) = (GPIO_MODER(port) & ~(3u << (2u * pin))) | (2u << (2u * pin));
}

void quadspi_map(void) {
  RCC_AHB1ENR |= AHB1ENR_GPIOB | AHB1ENR_GPIOD;
  RCC_AHB3ENR |= AHB3ENR_QUADSPI;
  connect(GPIOB, 2u, 9u);  /* clock */
  connect(GPIOB, 6u, 10u); /* chip select */
  connect(GPIOD, 11u, 9u); /* to the flash */
  connect(GPIOD, 12u, 9u); /* from the flash */
  QUADSPI_DCR = DCR_ADDRESS_BITS(24u);
  QUADSPI_CR = CR_ENABLE;
  QUADSPI_CCR = CCR_MEMORY_MAPPED | CCR_DATA_ONE_LINE | CCR_ADDRESS_24_BITS | CCR_ADDRESS_ONE_LINE |
                CCR_COMMAND_ONE_LINE | COMMAND_READ;
}
