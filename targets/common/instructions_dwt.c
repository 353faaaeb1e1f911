#include "instructions.h"

#define DEMCR (*(volatile uint32_t *)0xE000EDFCu)
#define DWT_CTRL (*(volatile uint32_t *)0xE0001000u)
#define DWT_CYCCNT (*(volatile uint32_t *)0xE0001004u)
#define DEMCR_TRCENA (1u << 24)
#define DWT_CTRL_CYCCNTENA 1u

uint64_t instructions_now(void) {
  static uint64_t wraps;
  static uint32_t last;
  if ((DWT_CTRL & DWT_CTRL_CYCCNTENA) == 0u) {
    DEMCR |= DEMCR_TRCENA;
    DWT_CYCCNT = 0u;
    DWT_CTRL |= DWT_CTRL_CYCCNTENA;
  }
  const uint32_t now = DWT_CYCCNT;
  if (now < last)
    wraps++;
  last = now;
  return (wraps << 32) + now;
}

uint32_t instructions_resolution(void) { return 1u; }

uint64_t instructions_span(void) { return UINT64_C(1) << 32; }
