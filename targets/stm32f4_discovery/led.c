/* LD5, the red LED, on PD14. Registers: reference manual RM0090, section 8.4. */
#include "led.h"

#include <stdint.h>

#define RCC_AHB1ENR (*(volatile uint32_t *)0x40023830u)
#define AHB1ENR_GPIOD (1u << 3)
#define GPIOD_MODER (*(volatile uint32_t *)0x40020C00u)
#define GPIOD_BSRR (*(volatile uint32_t *)0x40020C18u)
enum { RED = 14 };

void led_init(void) {
  RCC_AHB1ENR |= AHB1ENR_GPIOD;
  led_set(0);
  GPIOD_MODER = (GPIOD_MODER & ~(3u << (2 * RED))) | 1u << (2 * RED);
}

void led_set(int on) { GPIOD_BSRR = 1u << RED << (on ? 0 : 16); }
