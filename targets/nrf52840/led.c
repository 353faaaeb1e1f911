/* LED1 on P0.13, lit when the pin is low. Registers: nRF52840 product specification, section GPIO. */
#include "led.h"

#include <stdint.h>

#define GPIO_OUTSET (*(volatile uint32_t *)0x50000508u)
#define GPIO_OUTCLR (*(volatile uint32_t *)0x5000050Cu)
#define GPIO_DIRSET (*(volatile uint32_t *)0x50000518u)
#define LED1 (1u << 13)

void led_init(void) {
  led_set(0);
  GPIO_DIRSET = LED1;
}

void led_set(int on) {
  if (on)
    GPIO_OUTCLR = LED1;
  else
    GPIO_OUTSET = LED1;
}
