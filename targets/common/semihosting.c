/* Console and exit through semihosting (Arm IHI 0203: "Semihosting for AArch32 and AArch64"; RISC-V has the
 * same calls).
 * For emulators and debug probes: without one attached the breakpoint is a hard fault. */
#include <stdint.h>

#include "board.h"
#include "semihosting.h"

enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };
enum { ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

void board_init(void) {}

void board_write(const char *text) { (void)semihosting_call(SYS_WRITE0, text); }

void board_exit(int status) {
  const uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)status};
  (void)semihosting_call(SYS_EXIT_EXTENDED, block);
  for (;;) {
  }
}
