/* Stand-in for Zephyr's header: see ZephyrConfig.cmake. */
#ifndef STAND_IN_PRINTK_H
#define STAND_IN_PRINTK_H

void printk(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
