/* TWI0 on P0.27 (SCL) and P0.26 (SDA), the pins of the board's Arduino connector. Registers: nRF52840 product
 * specification, sections TWI and GPIO. */
#include "bus.h"

#define GPIO_PIN_CNF(pin) (*(volatile uint32_t *)(0x50000700u + 4u * (pin)))
#define PIN_CNF_PULL_UP_OPEN_DRAIN (3u << 2 | 6u << 8) /* as an input; drives low alone (S0D1) */

#define TWI_STARTRX (*(volatile uint32_t *)0x40003000u)
#define TWI_STARTTX (*(volatile uint32_t *)0x40003008u)
#define TWI_STOP (*(volatile uint32_t *)0x40003014u)
#define TWI_RESUME (*(volatile uint32_t *)0x40003020u)
#define TWI_STOPPED (*(volatile uint32_t *)0x40003104u)
#define TWI_RXDREADY (*(volatile uint32_t *)0x40003108u)
#define TWI_TXDSENT (*(volatile uint32_t *)0x4000311Cu)
#define TWI_ERROR (*(volatile uint32_t *)0x40003124u)
#define TWI_SHORTS (*(volatile uint32_t *)0x40003200u)
#define TWI_ERRORSRC (*(volatile uint32_t *)0x400034C4u)
#define TWI_ENABLE (*(volatile uint32_t *)0x40003500u)
#define TWI_PSEL_SCL (*(volatile uint32_t *)0x40003508u)
#define TWI_PSEL_SDA (*(volatile uint32_t *)0x4000350Cu)
#define TWI_RXD (*(volatile uint32_t *)0x40003518u)
#define TWI_TXD (*(volatile uint32_t *)0x4000351Cu)
#define TWI_FREQUENCY (*(volatile uint32_t *)0x40003524u)
#define TWI_ADDRESS (*(volatile uint32_t *)0x40003588u)
#define ENABLED 5u
#define FREQUENCY_100_KHZ 0x01980000u
#define SHORT_SUSPEND 1u /* after a byte */
#define SHORT_STOP 2u
enum { PIN_SDA = 26, PIN_SCL = 27 };

void i2c_init(void) {
  GPIO_PIN_CNF(PIN_SCL) = PIN_CNF_PULL_UP_OPEN_DRAIN;
  GPIO_PIN_CNF(PIN_SDA) = PIN_CNF_PULL_UP_OPEN_DRAIN;
  TWI_PSEL_SCL = PIN_SCL;
  TWI_PSEL_SDA = PIN_SDA;
  TWI_FREQUENCY = FREQUENCY_100_KHZ;
  TWI_ENABLE = ENABLED;
}

static void stop(void) {
  TWI_STOPPED = 0u;
  TWI_STOP = 1u;
  while (TWI_STOPPED == 0u) {
  }
}

/* Start, address and bytes; the bus stays taken unless nobody acknowledges. */
static int transmit(uint8_t address, const uint8_t *data, size_t bytes) {
  TWI_ADDRESS = address;
  TWI_SHORTS = 0u;
  TWI_ERROR = 0u;
  TWI_STARTTX = 1u;
  for (size_t i = 0; i < bytes; i++) {
    TWI_TXDSENT = 0u;
    TWI_TXD = data[i];
    while (TWI_TXDSENT == 0u) {
      if (TWI_ERROR != 0u) {
        TWI_ERRORSRC = TWI_ERRORSRC; /* ones clear */
        stop();
        return -1;
      }
    }
  }
  return 0;
}

int i2c_write(uint8_t address, const uint8_t *data, size_t bytes) {
  const int status = transmit(address, data, bytes);
  if (status == 0)
    stop();
  return status;
}

/* Each byte suspends the bus until it is taken; the last one stops it, without an acknowledgement. */
int i2c_read_registers(uint8_t address, uint8_t first, uint8_t *data, size_t bytes) {
  if (transmit(address, &first, 1u) != 0)
    return -1;
  TWI_STOPPED = 0u;
  TWI_RXDREADY = 0u;
  TWI_SHORTS = bytes == 1u ? SHORT_STOP : SHORT_SUSPEND;
  TWI_STARTRX = 1u;
  for (size_t i = 0; i < bytes; i++) {
    while (TWI_RXDREADY == 0u) {
    }
    TWI_RXDREADY = 0u;
    data[i] = (uint8_t)TWI_RXD;
    if (i + 2u == bytes)
      TWI_SHORTS = SHORT_STOP;
    if (i + 1u < bytes)
      TWI_RESUME = 1u;
  }
  while (TWI_STOPPED == 0u) {
  }
  return 0;
}
