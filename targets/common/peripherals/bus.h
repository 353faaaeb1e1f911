/* The buses that sensors are attached to. A target gives these functions where its board has the bus; which
 * pins they are on stands in its source. All of them wait until the bytes are through. */
#ifndef TARGETS_COMMON_PERIPHERALS_BUS_H
#define TARGETS_COMMON_PERIPHERALS_BUS_H

#include <stddef.h>
#include <stdint.h>

/** Sets the I2C controller and its pins up: master, 100 kHz. */
void i2c_init(void);

/** Writes the bytes to the device with the 7-bit address. 0, or -1 if no device acknowledges. */
int i2c_write(uint8_t address, const uint8_t *data, size_t bytes);

/** Writes the number of a register, then, after a repeated start, reads from there on. 0 or -1, as above. */
int i2c_read_registers(uint8_t address, uint8_t first, uint8_t *data, size_t bytes);

/** Sets the SPI controller and its pins up: master, 8 bits, clock idle low, sampled at the first edge. */
void spi_init(void);

/** Pulls the device's chip select low (1) or lets it go (0). */
void spi_select(int selected);

/** Sends a byte and returns the one received meanwhile. */
uint8_t spi_transfer(uint8_t byte);

#endif
