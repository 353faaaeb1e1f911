/* Sleeping by SysTick. Registers: Armv7-M Architecture Reference Manual, B3.2 and B3.3. */
#include "sleep.h"

#include "board_config.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define SCB_ICSR (*(volatile uint32_t *)0xE000ED04u)
#define CSR_CORE_CLOCK_INTERRUPT_ENABLE 7u
#define ICSR_PENDSTCLR (1u << 25)
#define ICSR_PENDSTSET (1u << 26)

/* A pending interrupt ends WFI though interrupts are masked: no handler is needed. */
void sleep_ms(uint32_t milliseconds) {
  __asm__ volatile("cpsid i");
  SYST_RVR = milliseconds * (BOARD_CLOCK_HZ / 1000u) - 1u;
  SYST_CVR = 0u;
  SYST_CSR = CSR_CORE_CLOCK_INTERRUPT_ENABLE;
  while ((SCB_ICSR & ICSR_PENDSTSET) == 0u)
    __asm__ volatile("wfi");
  SYST_CSR = 0u;
  SCB_ICSR = ICSR_PENDSTCLR;
}
