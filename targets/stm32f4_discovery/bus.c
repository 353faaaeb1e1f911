/* I2C1 on PB6 (SCL) and PB9 (SDA), SPI1 on PA5 (SCK), PA6 (MISO), PA7 (MOSI), PE3 (chip select): where the
 * board has its audio chip and its motion sensor. Registers: reference manual RM0090, sections 8.4
 * (GPIO), 27.6 (I2C: the sequences are those of figures 243 and 244) and 28.5 (SPI). */
#include "bus.h"

#include "board_config.h"

#define RCC_AHB1ENR (*(volatile uint32_t *)0x40023830u)
#define RCC_APB1ENR (*(volatile uint32_t *)0x40023840u)
#define RCC_APB2ENR (*(volatile uint32_t *)0x40023844u)
#define AHB1ENR_GPIOA (1u << 0)
#define AHB1ENR_GPIOB (1u << 1)
#define AHB1ENR_GPIOE (1u << 4)
#define APB1ENR_I2C1 (1u << 21)
#define APB2ENR_SPI1 (1u << 12)

#define GPIOA 0x40020000u
#define GPIOB 0x40020400u
#define GPIOE 0x40021000u
#define MODER(port) (*(volatile uint32_t *)((port) + 0x00u))
#define OTYPER(port) (*(volatile uint32_t *)((port) + 0x04u))
#define PUPDR(port) (*(volatile uint32_t *)((port) + 0x0Cu))
#define BSRR(port) (*(volatile uint32_t *)((port) + 0x18u))
#define AFR(port, half) (*(volatile uint32_t *)((port) + 0x20u + 4u * (half)))
enum { MODE_OUTPUT = 1, MODE_ALTERNATE = 2 };
enum { AF_I2C1 = 4, AF_SPI1 = 5 };
enum { CHIP_SELECT = 3 };

#define I2C1_CR1 (*(volatile uint32_t *)0x40005400u)
#define I2C1_CR2 (*(volatile uint32_t *)0x40005404u)
#define I2C1_DR (*(volatile uint32_t *)0x40005410u)
#define I2C1_SR1 (*(volatile uint32_t *)0x40005414u)
#define I2C1_SR2 (*(volatile uint32_t *)0x40005418u)
#define I2C1_CCR (*(volatile uint32_t *)0x4000541Cu)
#define I2C1_TRISE (*(volatile uint32_t *)0x40005420u)
#define CR1_PE (1u << 0)
#define CR1_START (1u << 8)
#define CR1_STOP (1u << 9)
#define CR1_ACK (1u << 10)
#define SR1_SB (1u << 0)
#define SR1_ADDR (1u << 1)
#define SR1_BTF (1u << 2)
#define SR1_RXNE (1u << 6)
#define SR1_TXE (1u << 7)
#define SR1_AF (1u << 10)
#define I2C_HZ 100000u

#define SPI1_CR1 (*(volatile uint32_t *)0x40013000u)
#define SPI1_SR (*(volatile uint32_t *)0x40013008u)
#define SPI1_DR (*(volatile uint8_t *)0x4001300Cu)
#define CR1_MSTR (1u << 2)
#define CR1_BR_DIV_4 (1u << 3) /* 4 MHz */
#define CR1_SPE (1u << 6)
#define CR1_SSI_SSM (3u << 8) /* chip select by software */
#define SR_RXNE (1u << 0)
#define SR_TXE (1u << 1)

static void set_mode(uint32_t port, uint32_t pin, uint32_t mode, uint32_t function) {
  const uint32_t shift = 4u * (pin % 8u);
  AFR(port, pin / 8u) = (AFR(port, pin / 8u) & ~(15u << shift)) | function << shift;
  MODER(port) = (MODER(port) & ~(3u << (2u * pin))) | mode << (2u * pin);
}

void i2c_init(void) {
  RCC_AHB1ENR |= AHB1ENR_GPIOB;
  RCC_APB1ENR |= APB1ENR_I2C1;
  OTYPER(GPIOB) |= 1u << 6 | 1u << 9; /* open drain */
  PUPDR(GPIOB) = (PUPDR(GPIOB) & ~(3u << 12 | 3u << 18)) | 1u << 12 | 1u << 18;
  set_mode(GPIOB, 6u, MODE_ALTERNATE, AF_I2C1);
  set_mode(GPIOB, 9u, MODE_ALTERNATE, AF_I2C1);
  I2C1_CR1 = 0u;
  I2C1_CR2 = BOARD_CLOCK_HZ / 1000000u;
  I2C1_CCR = BOARD_CLOCK_HZ / (2u * I2C_HZ);
  I2C1_TRISE = BOARD_CLOCK_HZ / 1000000u + 1u; /* 1 us */
  I2C1_CR1 = CR1_PE;
}

/* A start condition and the address; 0, or -1 after a stop if nobody acknowledges. ADDR is still to be
 * cleared. */
static int begin(uint8_t address, uint32_t read) {
  I2C1_CR1 |= CR1_START;
  while ((I2C1_SR1 & SR1_SB) == 0u) {
  }
  I2C1_DR = (uint32_t)address << 1 | read;
  for (;;) {
    const uint32_t status = I2C1_SR1;
    if ((status & SR1_ADDR) != 0u)
      return 0;
    if ((status & SR1_AF) != 0u) {
      I2C1_SR1 = ~SR1_AF;
      I2C1_CR1 |= CR1_STOP;
      return -1;
    }
  }
}

static int transmit(uint8_t address, const uint8_t *data, size_t bytes) {
  if (begin(address, 0u) != 0)
    return -1;
  (void)I2C1_SR2; /* clears ADDR */
  for (size_t i = 0; i < bytes; i++) {
    while ((I2C1_SR1 & SR1_TXE) == 0u) {
    }
    I2C1_DR = data[i];
  }
  while ((I2C1_SR1 & SR1_BTF) == 0u) {
  }
  return 0;
}

int i2c_write(uint8_t address, const uint8_t *data, size_t bytes) {
  const int status = transmit(address, data, bytes);
  if (status == 0)
    I2C1_CR1 |= CR1_STOP;
  return status;
}

/* The last byte must not be acknowledged: that, and the stop, is asked for while it comes in. */
int i2c_read_registers(uint8_t address, uint8_t first, uint8_t *data, size_t bytes) {
  if (transmit(address, &first, 1u) != 0)
    return -1;
  I2C1_CR1 |= CR1_ACK;
  if (begin(address, 1u) != 0)
    return -1;
  if (bytes == 1u)
    I2C1_CR1 &= ~CR1_ACK;
  (void)I2C1_SR2;
  for (size_t i = 0; i < bytes; i++) {
    if (i + 1u == bytes)
      I2C1_CR1 = (I2C1_CR1 & ~CR1_ACK) | CR1_STOP;
    while ((I2C1_SR1 & SR1_RXNE) == 0u) {
    }
    data[i] = (uint8_t)I2C1_DR;
  }
  return 0;
}

void spi_init(void) {
  RCC_AHB1ENR |= AHB1ENR_GPIOA | AHB1ENR_GPIOE;
  RCC_APB2ENR |= APB2ENR_SPI1;
  spi_select(0);
  set_mode(GPIOE, CHIP_SELECT, MODE_OUTPUT, 0u);
  for (uint32_t pin = 5u; pin <= 7u; pin++)
    set_mode(GPIOA, pin, MODE_ALTERNATE, AF_SPI1);
  SPI1_CR1 = CR1_MSTR | CR1_BR_DIV_4 | CR1_SSI_SSM | CR1_SPE;
}

void spi_select(int selected) { BSRR(GPIOE) = 1u << CHIP_SELECT << (selected ? 16 : 0); }

uint8_t spi_transfer(uint8_t byte) {
  while ((SPI1_SR & SR_TXE) == 0u) {
  }
  SPI1_DR = byte;
  while ((SPI1_SR & SR_RXNE) == 0u) {
  }
  return SPI1_DR;
}
