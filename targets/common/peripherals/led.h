/* The board's LED, or that of its LEDs which means "look here". */
#ifndef TARGETS_COMMON_PERIPHERALS_LED_H
#define TARGETS_COMMON_PERIPHERALS_LED_H

void led_init(void);
void led_set(int on);

#endif
