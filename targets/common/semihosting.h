/* One semihosting call (Arm IHI 0203: "Semihosting for AArch32 and AArch64"; RISC-V has the same ones). */
#ifndef TARGETS_COMMON_SEMIHOSTING_H
#define TARGETS_COMMON_SEMIHOSTING_H

#include <stdint.h>

/** Asks the emulator or debug probe; without one the instruction is a fault. */
static inline uint32_t semihosting_call(uint32_t operation, const void *argument) {
#if defined(__riscv)
  /* Three instructions in a row, uncompressed and on one page, tell it from a breakpoint ("RISC-V
   * Semihosting", 1.0). */
  register uint32_t a0 __asm__("a0") = operation;
  register const void *a1 __asm__("a1") = argument;
  __asm__ volatile(".balign 16\n\t"
                   ".option push\n\t"
                   ".option norvc\n\t"
                   "slli zero, zero, 0x1f\n\t"
                   "ebreak\n\t"
                   "srai zero, zero, 7\n\t"
                   ".option pop"
                   : "+r"(a0)
                   : "r"(a1)
                   : "memory");
  return a0;
#else
  register uint32_t r0 __asm__("r0") = operation;
  register const void *r1 __asm__("r1") = argument;
  __asm__ volatile("bkpt 0xab" : "+r"(r0) : "r"(r1) : "memory");
  return r0;
#endif
}

#endif
