/* Analog Devices ADXL345 on I2C, address 0x53. Registers: its data sheet, "Register Map". */
#include <stdint.h>

#include "accelerometer.h"
#include "bus.h"

enum { ADDRESS = 0x53 };
enum {
  DEVID = 0x00,
  BW_RATE = 0x2C,
  POWER_CTL = 0x2D,
  DATA_FORMAT = 0x31,
  DATAX0 = 0x32,
  FIFO_CTL = 0x38,
  FIFO_STATUS = 0x39
};
#define DEVID_ADXL345 0xE5u
#define BW_RATE_50_HZ 0x09u
#define DATA_FORMAT_FULL_RES_8_G 0x0Au /* 1/256 g a digit, whatever the range */
#define FIFO_CTL_STREAM 0x80u
#define POWER_CTL_MEASURE 0x08u
#define FIFO_ENTRIES 0x3Fu

static int write_register(uint8_t number, uint8_t value) {
  const uint8_t bytes[2] = {number, value};
  return i2c_write(ADDRESS, bytes, sizeof bytes);
}

int accelerometer_start(void) {
  uint8_t id = 0u;
  i2c_init();
  if (i2c_read_registers(ADDRESS, DEVID, &id, 1u) != 0 || id != DEVID_ADXL345)
    return -1;
  return write_register(BW_RATE, BW_RATE_50_HZ) | write_register(DATA_FORMAT, DATA_FORMAT_FULL_RES_8_G) |
         write_register(FIFO_CTL, FIFO_CTL_STREAM) | write_register(POWER_CTL, POWER_CTL_MEASURE);
}

void accelerometer_read(float g[3]) {
  static uint32_t waiting; /* in the sensor's FIFO, when it was asked last */
  uint8_t bytes[6] = {0};
  while (waiting == 0u) {
    uint8_t entries = 0u;
    (void)i2c_read_registers(ADDRESS, FIFO_STATUS, &entries, 1u);
    waiting = entries & FIFO_ENTRIES;
  }
  waiting--;
  (void)i2c_read_registers(ADDRESS, DATAX0, bytes, sizeof bytes);
  for (int axis = 0; axis < 3; axis++) {
    const int16_t digits = (int16_t)(uint16_t)(bytes[2 * axis] | bytes[2 * axis + 1] << 8);
    g[axis] = (float)digits * (1.0f / 256.0f);
  }
}
