/* A digital microphone (PDM) on P0.30 (clock) and P0.31 (data): 1.28 MHz / 80 = 16,000 samples a second. The
 * peripheral fills one of two buffers by itself while the other is read. Registers: nRF52840 product
 * specification, sections PDM and GPIO; Armv7-M Architecture Reference Manual, B3.4 (NVIC). */
#include "microphone.h"

#define GPIO_DIRSET (*(volatile uint32_t *)0x50000518u)
#define PDM_START (*(volatile uint32_t *)0x4001D000u)
#define PDM_STARTED (*(volatile uint32_t *)0x4001D100u)
#define PDM_END (*(volatile uint32_t *)0x4001D108u)
#define PDM_INTENSET (*(volatile uint32_t *)0x4001D304u)
#define PDM_ENABLE (*(volatile uint32_t *)0x4001D500u)
#define PDM_CLOCK (*(volatile uint32_t *)0x4001D504u)
#define PDM_MODE (*(volatile uint32_t *)0x4001D508u)
#define PDM_RATIO (*(volatile uint32_t *)0x4001D520u)
#define PDM_PSEL_CLK (*(volatile uint32_t *)0x4001D540u)
#define PDM_PSEL_DIN (*(volatile uint32_t *)0x4001D544u)
#define PDM_SAMPLE_PTR (*(volatile uint32_t *)0x4001D560u)
#define PDM_SAMPLE_MAXCNT (*(volatile uint32_t *)0x4001D564u)
#define CLOCK_1280_KHZ 0x0A000000u
#define MODE_MONO 1u
#define RATIO_80 1u
#define INTERRUPT_STARTED (1u << 0)
#define INTERRUPT_END (1u << 2)
enum { PIN_CLK = 30, PIN_DIN = 31 };

#define NVIC_ISER0 (*(volatile uint32_t *)0xE000E100u)
#define NVIC_ICPR0 (*(volatile uint32_t *)0xE000E280u)
#define IRQ_PDM (1u << 29)

static int16_t buffers[2][MICROPHONE_BLOCK] __attribute__((aligned(4)));
static uint32_t begun; /* buffers handed to the peripheral */
static uint32_t ended; /* and filled */

static void hand_over(void) {
  PDM_SAMPLE_PTR = (uint32_t)(uintptr_t)buffers[begun & 1u];
  begun++;
}

void microphone_start(void) {
  __asm__ volatile("cpsid i"); /* a pending interrupt ends WFI nevertheless: no handler is needed */
  GPIO_DIRSET = 1u << PIN_CLK;
  PDM_PSEL_CLK = PIN_CLK;
  PDM_PSEL_DIN = PIN_DIN;
  PDM_CLOCK = CLOCK_1280_KHZ;
  PDM_RATIO = RATIO_80;
  PDM_MODE = MODE_MONO;
  PDM_SAMPLE_MAXCNT = MICROPHONE_BLOCK;
  PDM_INTENSET = INTERRUPT_STARTED | INTERRUPT_END;
  NVIC_ISER0 = IRQ_PDM;
  PDM_ENABLE = 1u;
  hand_over();
  PDM_START = 1u;
}

/* When the peripheral has begun a buffer it has taken its address, and is given the one after it. */
const int16_t *microphone_read(void) {
  for (;;) {
    const uint32_t end = PDM_END;
    if (PDM_STARTED != 0u) {
      PDM_STARTED = 0u;
      hand_over();
    }
    if (end != 0u) {
      PDM_END = 0u;
      NVIC_ICPR0 = IRQ_PDM;
      return buffers[ended++ & 1u];
    }
    NVIC_ICPR0 = IRQ_PDM;
    __asm__ volatile("wfi");
  }
}
