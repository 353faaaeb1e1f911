/* Stand-in for Zephyr's header: see ZephyrConfig.cmake. */
#ifndef STAND_IN_DEVICE_H
#define STAND_IN_DEVICE_H

#include <stdbool.h>

struct device {
  const char *name;
};

extern const struct device stand_in_accelerometer;

#define DT_NODELABEL(label) stand_in_##label
#define DEVICE_DT_GET(node) (&(node))

bool device_is_ready(const struct device *device);

#endif
