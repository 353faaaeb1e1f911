/* Console on SCI9 (P209, the debug probe's serial port), 8 data bits, no parity; exit as a last line
 * `EXIT <status>`. Registers: RA8M1 user's manual, sections Low Power Modes, I/O Ports and SCI. */
#include <stdint.h>

#include "board.h"
#include "board_config.h"
#include "console.h"

#define MSTPCRB (*(volatile uint32_t *)0x40203004u)
#define PWPR (*(volatile uint8_t *)0x40400D03u)
#define P209PFS (*(volatile uint32_t *)0x404008A4u)
#define SCI9_TDR (*(volatile uint32_t *)0x40358904u)
#define SCI9_CCR0 (*(volatile uint32_t *)0x40358908u)
#define SCI9_CCR2 (*(volatile uint32_t *)0x40358910u)
#define SCI9_CSR (*(volatile uint32_t *)0x40358948u)

#define MSTPCRB_SCI9 (1u << 22) /* set: stopped */
#define PWPR_WRITABLE (1u << 6)
#define PFS_PERIPHERAL (1u << 16)
#define PFS_SCI_ODD (5u << 24)
#define CCR0_TE (1u << 4)
#define CCR2_ABCS (1u << 5) /* 8 clocks a bit instead of 16 */
#define CCR2_BGDM (1u << 4) /* twice the clock */
#define CCR2_BRR_SHIFT 8u
#define CSR_TEND (1u << 30) /* all is sent */
#define BAUD 115200u

void board_init(void) {
  MSTPCRB &= ~MSTPCRB_SCI9;
  PWPR = 0u;
  PWPR = PWPR_WRITABLE;
  P209PFS = PFS_SCI_ODD;
  P209PFS = PFS_SCI_ODD | PFS_PERIPHERAL;
  /* With both doublings a bit takes 8 * (BRR + 1) clocks. */
  const uint32_t divisor = (BOARD_CLOCK_HZ / 8u + BAUD / 2u) / BAUD;
  SCI9_CCR2 = CCR2_ABCS | CCR2_BGDM | ((divisor - 1u) << CCR2_BRR_SHIFT);
  SCI9_CCR0 = CCR0_TE;
}

static void put(char c) {
  SCI9_TDR = (uint8_t)c;
  while ((SCI9_CSR & CSR_TEND) == 0u) { /* not TDRE, which Renode's model lacks */
  }
}

void board_write(const char *text) {
  for (; *text != '\0'; text++)
    put(*text);
}

void board_exit(int status) {
  console_puts("EXIT ");
  console_i32(status);
  console_puts("\n");
  for (;;)
    __asm__ volatile("wfi");
}
