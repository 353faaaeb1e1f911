/* Sleeping by the timer of a RISC-V core's CLINT. Registers: RISC-V Privileged Architecture, section 3.1
 * and 3.2; the addresses are those of SiFive's parts. */
#include "sleep.h"

#include "board_config.h"

#define MTIMECMP_LOW (*(volatile uint32_t *)0x02004000u)
#define MTIMECMP_HIGH (*(volatile uint32_t *)0x02004004u)
#define MTIME_LOW (*(volatile uint32_t *)0x0200BFF8u)
#define MTIME_HIGH (*(volatile uint32_t *)0x0200BFFCu)
#define CSR(text) ".option push\n\t.option arch, +zicsr\n\t" text "\n\t.option pop"
#define MSTATUS_MIE 8u
#define TIMER 0x80u /* MTIE in mie, MTIP in mip */

static uint64_t now(void) {
  uint32_t high, low;
  do {
    high = MTIME_HIGH;
    low = MTIME_LOW;
  } while (high != MTIME_HIGH);
  return (uint64_t)high << 32 | low;
}

static uint32_t pending(void) {
  uint32_t mip;
  __asm__ volatile(CSR("csrr %0, mip") : "=r"(mip));
  return mip & TIMER;
}

/* A pending interrupt ends WFI though interrupts are disabled: no handler is needed. */
void sleep_ms(uint32_t milliseconds) {
  const uint64_t end = now() + (uint64_t)milliseconds * BOARD_MTIME_HZ / 1000u + 1u;
  __asm__ volatile(CSR("csrc mstatus, %0")::"r"(MSTATUS_MIE));
  MTIMECMP_HIGH = 0xFFFFFFFFu; /* no earlier time in between */
  MTIMECMP_LOW = (uint32_t)end;
  MTIMECMP_HIGH = (uint32_t)(end >> 32);
  __asm__ volatile(CSR("csrs mie, %0")::"r"(TIMER));
  while (pending() == 0u)
    __asm__ volatile("wfi");
  __asm__ volatile(CSR("csrc mie, %0")::"r"(TIMER));
}
