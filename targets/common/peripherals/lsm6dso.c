/* STMicroelectronics LSM6DSO on SPI: its accelerometer through its FIFO. Registers: its data sheet,
 * section 9. */
#include <stdint.h>

#include "accelerometer.h"
#include "bus.h"
#include "sleep.h"

enum {
  FIFO_CTRL3 = 0x09,
  FIFO_CTRL4 = 0x0A,
  WHO_AM_I = 0x0F,
  CTRL1_XL = 0x10,
  FIFO_STATUS1 = 0x3A,
  FIFO_DATA_OUT_TAG = 0x78
};
#define WHO_AM_I_LSM6DSO 0x6Cu
#define CTRL1_XL_52_HZ_4_G 0x38u
#define FIFO_CTRL3_BATCH_52_HZ 0x03u
#define FIFO_CTRL4_CONTINUOUS 0x06u
#define READ 0x80u
#define TAG_ACCELEROMETER 0x02u
#define G_PER_DIGIT (4.0f / 32768.0f)

static void write_register(uint8_t number, uint8_t value) {
  spi_select(1);
  (void)spi_transfer(number);
  (void)spi_transfer(value);
  spi_select(0);
}

static void read_registers(uint8_t first, uint8_t *data, int bytes) {
  spi_select(1);
  (void)spi_transfer(READ | first);
  for (int i = 0; i < bytes; i++)
    data[i] = spi_transfer(0u);
  spi_select(0);
}

int accelerometer_start(void) {
  uint8_t id = 0u;
  spi_init();
  read_registers(WHO_AM_I, &id, 1);
  if (id != WHO_AM_I_LSM6DSO)
    return -1;
  write_register(FIFO_CTRL4, FIFO_CTRL4_CONTINUOUS);
  write_register(FIFO_CTRL3, FIFO_CTRL3_BATCH_52_HZ);
  write_register(CTRL1_XL, CTRL1_XL_52_HZ_4_G);
  return 0;
}

void accelerometer_read(float g[3]) {
  uint8_t entry[7];
  for (;;) {
    uint8_t status[2];
    read_registers(FIFO_STATUS1, status, 2);
    if ((status[0] | (status[1] & 3u)) == 0u) {
      sleep_ms(10u);
      continue;
    }
    read_registers(FIFO_DATA_OUT_TAG, entry, 7);
    if (entry[0] >> 3 == TAG_ACCELEROMETER)
      break;
  }
  for (int axis = 0; axis < 3; axis++) {
    const int16_t digits = (int16_t)(uint16_t)(entry[1 + 2 * axis] | entry[2 + 2 * axis] << 8);
    g[axis] = (float)digits * G_PER_DIGIT;
  }
}
