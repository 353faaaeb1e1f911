/* Tells movements of the device apart, as a Zephyr application: two seconds of an accelerometer at a time. */
#include <zephyr/device.h>
#include <zephyr/drivers/sensor.h>
#include <zephyr/kernel.h>
#include <zephyr/sys/printk.h>

#include "gesture.h"

enum { AXES = 3, SAMPLES = GESTURE_INPUT_0_ELEMENTS / AXES, PERIOD_MS = 20 };

static const char *const gestures[GESTURE_OUTPUT_0_ELEMENTS] = {"still", "circle", "shake", "lift", "knock"};

/* The network's working memory; not on a thread's stack. */
static uint8_t arena[GESTURE_ARENA_BYTES] __aligned(GESTURE_ARENA_ALIGN);

K_TIMER_DEFINE(sampling, NULL, NULL);

static int sample(const struct device *accelerometer, float g[AXES]) {
  struct sensor_value value[AXES];
  const int status = sensor_sample_fetch(accelerometer);
  if (status != 0)
    return status;
  sensor_channel_get(accelerometer, SENSOR_CHAN_ACCEL_XYZ, value);
  for (int axis = 0; axis < AXES; axis++)
    g[axis] = (float)sensor_ms2_to_ug(&value[axis]) * 1e-6f;
  return 0;
}

static void report(const float *probability) {
  int best = 0;
  printk("scores");
  for (int i = 0; i < (int)GESTURE_OUTPUT_0_ELEMENTS; i++) {
    printk(" %d", (int)(probability[i] * 256.0f)); /* what the network gives are 256ths */
    if (probability[i] > probability[best])
      best = i;
  }
  printk(": %s\n", gestures[best]);
}

int main(void) {
  const struct device *accelerometer = DEVICE_DT_GET(DT_NODELABEL(accelerometer));
  if (!device_is_ready(accelerometer)) {
    printk("the accelerometer does not answer\n");
    return 1;
  }
  k_timer_start(&sampling, K_MSEC(PERIOD_MS), K_MSEC(PERIOD_MS));
  for (;;) {
    float *input = gesture_input_0(arena);
    for (int i = 0; i < SAMPLES; i++) {
      k_timer_status_sync(&sampling);
      const int status = sample(accelerometer, input + AXES * i);
      if (status != 0)
        return status;
    }
    gesture_run(arena);
    report(gesture_output_0(arena));
  }
}
