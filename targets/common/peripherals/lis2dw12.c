/* STMicroelectronics LIS2DW12 on I2C, address 0x19 (SA0 high). Registers: its data sheet, section 8. */
#include <stdint.h>

#include "accelerometer.h"
#include "bus.h"
#include "sleep.h"

enum { ADDRESS = 0x19 };
enum { WHO_AM_I = 0x0F, CTRL1 = 0x20, CTRL6 = 0x25, OUT_X_L = 0x28, FIFO_CTRL = 0x2E, FIFO_SAMPLES = 0x2F };
#define WHO_AM_I_LIS2DW12 0x44u
#define CTRL1_50_HZ_HIGH_PERFORMANCE 0x44u /* 14 bits */
#define CTRL6_4_G 0x10u
#define FIFO_CTRL_CONTINUOUS 0xC0u
#define FIFO_SAMPLES_COUNT 0x3Fu
#define G_PER_DIGIT 0.000488f /* data sheet, table 3: ±4 g, 14 bits */

static int write_register(uint8_t number, uint8_t value) {
  const uint8_t bytes[2] = {number, value};
  return i2c_write(ADDRESS, bytes, sizeof bytes);
}

int accelerometer_start(void) {
  uint8_t id = 0u;
  i2c_init();
  if (i2c_read_registers(ADDRESS, WHO_AM_I, &id, 1u) != 0 || id != WHO_AM_I_LIS2DW12)
    return -1;
  return write_register(CTRL6, CTRL6_4_G) | write_register(FIFO_CTRL, FIFO_CTRL_CONTINUOUS) |
         write_register(CTRL1, CTRL1_50_HZ_HIGH_PERFORMANCE);
}

void accelerometer_read(float g[3]) {
  uint8_t samples = 0u;
  uint8_t bytes[6] = {0};
  for (;;) {
    (void)i2c_read_registers(ADDRESS, FIFO_SAMPLES, &samples, 1u);
    if ((samples & FIFO_SAMPLES_COUNT) != 0u)
      break;
    sleep_ms(10u);
  }
  (void)i2c_read_registers(ADDRESS, OUT_X_L, bytes, sizeof bytes);
  for (int axis = 0; axis < 3; axis++) {
    const int16_t left_aligned = (int16_t)(uint16_t)(bytes[2 * axis] | bytes[2 * axis + 1] << 8);
    g[axis] = (float)(left_aligned / 4) * G_PER_DIGIT;
  }
}
