/* Stand-in for Zephyr's header: see ZephyrConfig.cmake. Units are Zephyr's: m/s² as a whole part and
 * millionths. */
#ifndef STAND_IN_SENSOR_H
#define STAND_IN_SENSOR_H

#include <stdint.h>
#include <zephyr/device.h>

struct sensor_value {
  int32_t val1;
  int32_t val2;
};

enum sensor_channel { SENSOR_CHAN_ACCEL_XYZ };

int sensor_sample_fetch(const struct device *device);
int sensor_channel_get(const struct device *device, enum sensor_channel channel, struct sensor_value *value);

/** Millionths of g: g is 9.80665 m/s². */
static inline int32_t sensor_ms2_to_ug(const struct sensor_value *ms2) {
  const int64_t micro = ms2->val1 * INT64_C(1000000) + ms2->val2;
  return (int32_t)(micro * 1000000 / 9806650);
}

#endif
