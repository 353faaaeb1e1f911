/* Console and exit through Arm semihosting (Arm IHI 0203: "Semihosting for AArch32 and AArch64").
 * For emulators and debug probes: without one attached the breakpoint is a hard fault. */
#include <stdint.h>

#include "board.h"

enum { SYS_WRITE0 = 0x04, SYS_EXIT_EXTENDED = 0x20 };
enum { ADP_STOPPED_APPLICATION_EXIT = 0x20026 };

static uint32_t semihosting_call(uint32_t operation, const void *argument) {
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
}

void board_init(void) {}

void board_write(const char *text) { (void)semihosting_call(SYS_WRITE0, text); }

void board_exit(int status) {
  const uint32_t block[2] = {ADP_STOPPED_APPLICATION_EXIT, (uint32_t)status};
  (void)semihosting_call(SYS_EXIT_EXTENDED, block);
  for (;;) {
  }
}
