/* The functions of Zephyr that the example calls, on this machine. The accelerometer gives what stands in
 * recording.txt: x, y and z in millionths of m/s², a sample a line; after the last one it fails. */
#include <stdarg.h>
#include <stdio.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

const struct device stand_in_accelerometer = {"accelerometer"};
static FILE *recording;
static long fetched[3];

bool device_is_ready(const struct device *device) {
  (void)device;
  recording = fopen("recording.txt", "r");
  return recording != NULL;
}

int sensor_sample_fetch(const struct device *device) {
  (void)device;
  return fscanf(recording, "%ld %ld %ld", &fetched[0], &fetched[1], &fetched[2]) == 3 ? 0 : 1;
}

int sensor_channel_get(const struct device *device, enum sensor_channel channel, struct sensor_value *value) {
  (void)device;
  (void)channel;
  for (int axis = 0; axis < 3; axis++)
    value[axis] =
        (struct sensor_value){(int32_t)(fetched[axis] / 1000000), (int32_t)(fetched[axis] % 1000000)};
  return 0;
}

void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period) {
  (void)duration;
  timer->period = period.milliseconds;
}

uint32_t k_timer_status_sync(struct k_timer *timer) { return timer->period > 0; }

void printk(const char *format, ...) {
  va_list arguments;
  va_start(arguments, format);
  vprintf(format, arguments);
  va_end(arguments);
}
