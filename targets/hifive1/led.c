/* The green LED on GPIO 19, lit when the pin is low. Registers: SiFive FE310-G000 Manual, section 17. */
#include "led.h"

#include <stdint.h>

#define GPIO_OUTPUT_EN (*(volatile uint32_t *)0x10012008u)
#define GPIO_OUTPUT_VAL (*(volatile uint32_t *)0x1001200Cu)
#define GREEN (1u << 19)

void led_init(void) {
  led_set(0);
  GPIO_OUTPUT_EN |= GREEN;
}

void led_set(int on) {
  if (on)
    GPIO_OUTPUT_VAL &= ~GREEN;
  else
    GPIO_OUTPUT_VAL |= GREEN;
}
