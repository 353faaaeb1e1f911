/* Start-up of every 32-bit RISC-V target, in machine mode: registers, memory protection, memory
 * initialisation, traps (The RISC-V Instruction Set Manual, volume II, sections 3.1.7 to 3.1.16 and 3.7). */
#include <stdint.h>

#include "board.h"
#include "console.h"

#define CAUSE_LOAD_FAULT 5u
#define CAUSE_STORE_FAULT 7u
/* PMP entry 0: 512 kB below the stack, naturally aligned (A = 3), no access, locked: machine mode obeys too.
 */
#define GUARD_BYTES (1u << 19)
#define PMP_LOCKED_NAPOT_NO_ACCESS ((1u << 7) | (3u << 3))
#define PMP_ADDRESS(base) (((base) >> 2) | ((GUARD_BYTES >> 3) - 1u))

/* The multilibs are named without Zicsr, so it is no part of -march. */
#define CSR(text) ".option push\n\t.option arch, +zicsr\n\t" text "\n\t.option pop\n\t"

/* Placed by sections.ld. */
extern uint32_t linker_stack_limit, linker_stack_top;
extern uint32_t linker_data_load, linker_data_start, linker_data_end;
extern uint32_t linker_bss_start, linker_bss_end;

int main(void);
void Reset_Handler(void);
void Trap_Handler(void);
void start(void) __attribute__((noreturn, used));
void trap_report(uint32_t cause, uint32_t pc, uint32_t value, uint32_t ra) __attribute__((noreturn, used));

/* The first instructions: gp for relaxed addresses, tp for picolibc's errno, sp, and where traps go. */
__attribute__((naked, used, section(".vectors"))) void Reset_Handler(void) {
  __asm__ volatile(".option push\n\t"
                   ".option norelax\n\t"
                   "la gp, __global_pointer$\n\t"
                   ".option pop\n\t"
                   "la tp, linker_thread_start\n\t"
                   "la sp, linker_stack_top\n\t"
                   "la t0, Trap_Handler\n\t" CSR("csrw mtvec, t0") "j start");
}

/* Running over the stack must fault: see startup_cortex_m.c. */
static void guard_stack(void) {
  const uint32_t address = PMP_ADDRESS((uint32_t)(uintptr_t)&linker_stack_limit - GUARD_BYTES);
  __asm__ volatile(CSR("csrw pmpaddr0, %0\n\tcsrw pmpcfg0, %1")::"r"(address), "r"(PMP_LOCKED_NAPOT_NO_ACCESS)
                   : "memory");
}

void start(void) {
  guard_stack();
  const volatile uint32_t *from = &linker_data_load;
  for (volatile uint32_t *to = &linker_data_start; to < &linker_data_end; to++)
    *to = *from++;
  for (volatile uint32_t *to = &linker_bss_start; to < &linker_bss_end; to++)
    *to = 0u;
  board_init();
  board_exit(main());
}

/* Starts over at the top of the stack: the fault may be its overflow, and nothing returns from here. */
__attribute__((naked, used, aligned(4))) void Trap_Handler(void) {
  __asm__ volatile(
      "mv a3, ra\n\t" CSR("csrr a0, mcause\n\tcsrr a1, mepc\n\tcsrr a2, mtval") "la sp, linker_stack_top\n\t"
                                                                                "j trap_report");
}

static const char *cause_name(uint32_t cause) {
  static const char *const names[] = {
      "instruction misaligned", "instruction access", "illegal instruction", "breakpoint",
      "load misaligned",        "load access",        "store misaligned",    "store access"};
  return cause < sizeof names / sizeof *names ? names[cause] : "trap";
}

void trap_report(uint32_t cause, uint32_t pc, uint32_t value, uint32_t ra) {
  const uint32_t limit = (uint32_t)(uintptr_t)&linker_stack_limit;
  const int overflow = (cause == CAUSE_LOAD_FAULT || cause == CAUSE_STORE_FAULT) && value < limit &&
                       limit - value <= GUARD_BYTES;
  console_puts("\nFAULT: ");
  console_puts(cause_name(cause));
  console_puts(" pc=");
  console_hex(pc);
  console_puts(" ra=");
  console_hex(ra);
  console_puts(" mtval=");
  console_hex(value);
  console_puts(overflow ? " stack=overflow\n" : "\n");
  board_exit(128 + (int)(cause & 31u));
}
