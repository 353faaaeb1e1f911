#include "board_config.h"
#include "instructions.h"

#define SYST_CSR (*(volatile uint32_t *)0xE000E010u)
#define SYST_RVR (*(volatile uint32_t *)0xE000E014u)
#define SYST_CVR (*(volatile uint32_t *)0xE000E018u)
#define CSR_ENABLE 1u
#define CSR_CLKSOURCE_CORE (1u << 2)
#define CSR_COUNTFLAG (1u << 16)
#define PERIOD (1u << 24) /* it is a 24-bit down counter */

#ifdef BOARD_SYSTICK_COUNTS_INSTRUCTIONS /* as Renode's description of the board may have it */
static uint64_t instructions_of(uint64_t ticks) { return ticks; }
#define RESOLUTION 1u
#else
/* QEMU with -icount shift=0: one instruction a nanosecond. 25 MHz: 40, a whole number; 32 MHz: 31.25, hence
 * the multiplication. */
static uint64_t instructions_of(uint64_t ticks) { return ticks * UINT64_C(1000000000) / BOARD_CLOCK_HZ; }
#define RESOLUTION ((uint32_t)instructions_of(1u) + 1u)
#endif

uint64_t instructions_now(void) {
  static uint64_t wraps;
  if ((SYST_CSR & CSR_ENABLE) == 0u) {
    SYST_RVR = PERIOD - 1u;
    SYST_CVR = 0u;
    SYST_CSR = CSR_ENABLE | CSR_CLKSOURCE_CORE;
    while (SYST_CVR == 0u) { /* it starts at 0 and reloads: no wrap yet */
    }
    (void)SYST_CSR;
  }
  /* Read the value between two looks at the flag (which reading clears), so that a wrap in between is
   * noticed. */
  if ((SYST_CSR & CSR_COUNTFLAG) != 0u)
    wraps++;
  uint32_t value = SYST_CVR;
  if ((SYST_CSR & CSR_COUNTFLAG) != 0u) {
    wraps++;
    value = SYST_CVR;
  }
  return instructions_of(wraps * PERIOD + (PERIOD - 1u - value));
}

uint32_t instructions_resolution(void) { return RESOLUTION; }

uint64_t instructions_span(void) { return instructions_of(PERIOD); }
