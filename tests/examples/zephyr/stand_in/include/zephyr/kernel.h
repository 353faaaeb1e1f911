/* Stand-in for Zephyr's header: see ZephyrConfig.cmake. Time passes at once. */
#ifndef STAND_IN_KERNEL_H
#define STAND_IN_KERNEL_H

#include <stddef.h>
#include <stdint.h>

#define __aligned(bytes) __attribute__((aligned(bytes)))

typedef struct {
  int64_t milliseconds;
} k_timeout_t;
#define K_MSEC(ms) ((k_timeout_t){(ms)})

struct k_timer {
  int64_t period;
};
#define K_TIMER_DEFINE(name, expiry, stop) struct k_timer name

void k_timer_start(struct k_timer *timer, k_timeout_t duration, k_timeout_t period);
uint32_t k_timer_status_sync(struct k_timer *timer);

#endif
