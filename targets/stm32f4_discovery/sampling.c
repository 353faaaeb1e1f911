/* ADC1 on PA1 (channel 1), a conversion at every tick of TIM2. Registers: reference
 * manual RM0090, sections 13.13 (ADC) and 18.4 (TIM2); Armv7-M Architecture Reference Manual, B3.2 to B3.4.
 */
#include "sampling.h"

#include "board_config.h"

#define NVIC_ISER0 (*(volatile uint32_t *)0xE000E100u)
#define NVIC_ISPR0 (*(volatile uint32_t *)0xE000E200u)
#define NVIC_ICPR0 (*(volatile uint32_t *)0xE000E280u)
#define IRQ_TIM2 (1u << 28)

#define RCC_AHB1ENR (*(volatile uint32_t *)0x40023830u)
#define RCC_APB1ENR (*(volatile uint32_t *)0x40023840u)
#define RCC_APB2ENR (*(volatile uint32_t *)0x40023844u)
#define AHB1ENR_GPIOA (1u << 0)
#define APB1ENR_TIM2 (1u << 0)
#define APB2ENR_ADC1 (1u << 8)
#define GPIOA_MODER (*(volatile uint32_t *)0x40020000u)
#define MODER_PA1_ANALOG (3u << 2)

#define TIM2_CR1 (*(volatile uint32_t *)0x40000000u)
#define TIM2_DIER (*(volatile uint32_t *)0x4000000Cu)
#define TIM2_SR (*(volatile uint32_t *)0x40000010u)
#define TIM2_ARR (*(volatile uint32_t *)0x4000002Cu)

#define ADC1_SR (*(volatile uint32_t *)0x40012000u)
#define ADC1_CR2 (*(volatile uint32_t *)0x40012008u)
#define ADC1_SQR1 (*(volatile uint32_t *)0x4001202Cu)
#define ADC1_SQR3 (*(volatile uint32_t *)0x40012034u)
#define ADC1_DR (*(volatile uint32_t *)0x4001204Cu)
#define SR_EOC (1u << 1)
#define CR2_ADON (1u << 0)
#define CR2_SWSTART (1u << 30)

/* A pending interrupt ends WFI though interrupts are masked: no handler is needed. */
static void mask_interrupts(void) { __asm__ volatile("cpsid i"); }

static void wait_for_tick(void) {
  while ((NVIC_ISPR0 & IRQ_TIM2) == 0u)
    __asm__ volatile("wfi");
  TIM2_SR = 0u;
  NVIC_ICPR0 = IRQ_TIM2;
}

void sampling_start(uint32_t samples_per_second) {
  mask_interrupts();
  RCC_AHB1ENR |= AHB1ENR_GPIOA;
  RCC_APB1ENR |= APB1ENR_TIM2;
  RCC_APB2ENR |= APB2ENR_ADC1;
  GPIOA_MODER |= MODER_PA1_ANALOG;
  ADC1_SQR1 = 0u; /* one conversion … */
  ADC1_SQR3 = 1u; /* … of channel 1 */
  ADC1_CR2 = CR2_ADON;
  TIM2_ARR = BOARD_CLOCK_HZ / samples_per_second - 1u;
  TIM2_DIER = 1u;
  NVIC_ISER0 = IRQ_TIM2;
  TIM2_CR1 = 1u;
  wait_for_tick();
  ADC1_CR2 |= CR2_SWSTART;
}

uint32_t sampling_read(void) {
  wait_for_tick();
  while ((ADC1_SR & SR_EOC) == 0u) {
  }
  const uint32_t sample = ADC1_DR;
  ADC1_CR2 |= CR2_SWSTART;
  return sample;
}
