/* ArduCAM Mini 2MP Plus: an OV2640 sensor, configured over I2C (address 0x30), behind a frame buffer that is
 * read over SPI. Registers of the frame buffer: ArduCAM hardware application note, table 1; of the sensor:
 * OV2640 data sheet, tables 12 and 13. Only what chooses format and size is written; exposure, colour and
 * lens tables, which its maker gives for good pictures, come on top. */
#include <stddef.h>
#include <stdint.h>

#include "bus.h"
#include "camera.h"

enum { SENSOR_ADDRESS = 0x30 };
enum { ARDUCHIP_TEST = 0x00, FIFO_CONTROL = 0x04, BURST_READ = 0x3C, TRIGGER = 0x41, FIFO_SIZE = 0x42 };
#define WRITE 0x80u
#define FIFO_CLEAR_DONE 0x01u
#define FIFO_START 0x02u
#define TRIGGER_DONE 0x08u
#define FRAME_BYTES (2u * CAMERA_WIDTH * CAMERA_HEIGHT)

/* Number and value, in this order. 0xFF chooses the bank: 0 DSP, 1 sensor. */
static const uint8_t sensor_settings[][2] = {
    {0xFF, 0x01},
    {0x12, 0x80}, /* COM7: reset */
    {0xFF, 0x00},
    {0xDA, 0x00}, /* IMAGE_MODE: YUV 4:2:2 */
    {0x5A, CAMERA_WIDTH / 4},
    {0x5B, CAMERA_HEIGHT / 4}, /* ZMOW, ZMOH: output size */
    {0x5C, 0x00},              /* ZMHH: their high bits */
};

static uint8_t exchange(uint8_t number, uint8_t value) {
  spi_select(1);
  (void)spi_transfer(number);
  const uint8_t answer = spi_transfer(value);
  spi_select(0);
  return answer;
}

int camera_start(void) {
  spi_init();
  i2c_init();
  (void)exchange(WRITE | ARDUCHIP_TEST, 0x55u);
  if (exchange(ARDUCHIP_TEST, 0u) != 0x55u)
    return -1;
  for (size_t i = 0; i < sizeof sensor_settings / sizeof sensor_settings[0]; i++)
    if (i2c_write(SENSOR_ADDRESS, sensor_settings[i], 2u) != 0)
      return -1;
  return 0;
}

int camera_capture(void) {
  (void)exchange(WRITE | FIFO_CONTROL, FIFO_CLEAR_DONE);
  (void)exchange(WRITE | FIFO_CONTROL, FIFO_START);
  while ((exchange(TRIGGER, 0u) & TRIGGER_DONE) == 0u) {
  }
  uint32_t bytes = 0u;
  for (uint8_t i = 0; i < 3; i++)
    bytes |= (uint32_t)exchange((uint8_t)(FIFO_SIZE + i), 0u) << (8 * i);
  return bytes == FRAME_BYTES ? 0 : -1;
}

void camera_read(uint8_t *grey, uint32_t pixels) {
  spi_select(1);
  (void)spi_transfer(BURST_READ);
  for (uint32_t i = 0; i < pixels; i++) {
    grey[i] = spi_transfer(0u);
    (void)spi_transfer(0u); /* U or V */
  }
  spi_select(0);
}
