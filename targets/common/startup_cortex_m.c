/* Start-up of every Cortex-M target: vector table, memory initialisation, floating point and vector unit,
 * faults. No CMSIS headers: the few system registers are named here (Armv7-M and Armv8-M Architecture
 * Reference Manuals, B3.2). */
#include <stdint.h>

#include "board.h"
#include "board_config.h"
#include "console.h"

#define SCB_VTOR (*(volatile uint32_t *)0xE000ED08u)
#define SCB_CCR (*(volatile uint32_t *)0xE000ED14u)
#define SCB_CFSR (*(volatile uint32_t *)0xE000ED28u)
#define SCB_CCSIDR (*(volatile uint32_t *)0xE000ED80u)
#define SCB_CSSELR (*(volatile uint32_t *)0xE000ED84u)
#define SCB_CPACR (*(volatile uint32_t *)0xE000ED88u)
#define MPU_TYPE (*(volatile uint32_t *)0xE000ED90u)
#define MPU_CTRL (*(volatile uint32_t *)0xE000ED94u)
#define MPU_RNR (*(volatile uint32_t *)0xE000ED98u)
#define MPU_RBAR (*(volatile uint32_t *)0xE000ED9Cu)
#define MPU_RASR (*(volatile uint32_t *)0xE000EDA0u)

#define SCB_ICIALLU (*(volatile uint32_t *)0xE000EF50u)
#define SCB_DCISW (*(volatile uint32_t *)0xE000EF60u)

#define CCR_DIV_0_TRP (1u << 4)
#define CCR_DC_IC ((1u << 16) | (1u << 17))
#define CFSR_NO_FRAME                                                                                        \
  ((1u << 4) | (1u << 12) | (1u << 20)) /* MSTKERR, STKERR, STKOF: nothing was stacked                       \
                                         */
#define CPACR_CP10_CP11_FULL (0xFu << 20)
#define MPU_CTRL_ENABLE_PRIVDEFENA ((1u << 2) | (1u << 0))
#define RASR_NO_ACCESS_512K ((1u << 28) | ((19u - 1u) << 1) | (1u << 0)) /* XN, AP 0, 2^19 bytes, enabled */
#define GUARD_BYTES (1u << 19)

/* Placed by sections.ld. */
extern uint32_t linker_stack_limit, linker_stack_top;
extern uint32_t linker_data_load, linker_data_start, linker_data_end;
extern uint32_t linker_bss_start, linker_bss_end;

int main(void);
void Reset_Handler(void);
void Fault_Handler(void);
void fault_report(const uint32_t *frame, uint32_t exception) __attribute__((noreturn, used));

/* Entry 0 is data and 1 to 15 are code, so the table is one of addresses. External interrupts stay disabled.
 */
__attribute__((section(".vectors"), used, aligned(128))) static const uintptr_t vectors[16] = {
    (uintptr_t)&linker_stack_top, (uintptr_t)Reset_Handler, (uintptr_t)Fault_Handler,
    (uintptr_t)Fault_Handler,     (uintptr_t)Fault_Handler, (uintptr_t)Fault_Handler,
    (uintptr_t)Fault_Handler,     (uintptr_t)Fault_Handler, (uintptr_t)Fault_Handler,
    (uintptr_t)Fault_Handler,     (uintptr_t)Fault_Handler, (uintptr_t)Fault_Handler,
    (uintptr_t)Fault_Handler,     (uintptr_t)Fault_Handler, (uintptr_t)Fault_Handler,
    (uintptr_t)Fault_Handler,
};

/* Running over the stack must fault. The stack lies at the bottom of its memory, whose origin is a multiple
 * of 512 kB; but what lies below need not be unmapped (emulated boards swallow such writes), so it is closed.
 */
static void guard_stack(void) {
#if defined(__ARM_ARCH_7M__) || defined(__ARM_ARCH_7EM__)
  if (((MPU_TYPE >> 8) & 0xFFu) == 0u)
    return;
  MPU_RNR = 0u;
  MPU_RBAR = (uint32_t)(uintptr_t)&linker_stack_limit - GUARD_BYTES;
  MPU_RASR = RASR_NO_ACCESS_512K;
  MPU_CTRL = MPU_CTRL_ENABLE_PRIVDEFENA;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#elif __ARM_ARCH >= 8
  __asm__ volatile("msr msplim, %0" ::"r"(&linker_stack_limit));
#endif
}

static void enable_units(void) {
#if __ARM_ARCH >= 7
  SCB_VTOR = (uint32_t)(uintptr_t)vectors;
  SCB_CCR |= CCR_DIV_0_TRP; /* a division by zero shall fault, not yield 0 */
#endif
#if defined(__ARM_FP) || defined(__ARM_FEATURE_MVE)
  SCB_CPACR |= CPACR_CP10_CP11_FULL;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
#if defined(__ARM_FEATURE_MVE)
  /* FPSCR.LTPSIZE = 4: no loop tail predication until a loop asks for it. */
  __asm__ volatile("vmsr fpscr, %0" ::"r"(4u << 16));
#endif
}

/* The caches hold anything after reset: they are emptied first, the data cache line by line. */
static void enable_caches(void) {
#ifdef BOARD_HAS_CACHES
  SCB_ICIALLU = 0u;
  SCB_CSSELR = 0u; /* the data cache of the first level */
  __asm__ volatile("dsb" ::: "memory");
  const uint32_t geometry = SCB_CCSIDR;
  const uint32_t last_set = (geometry >> 13) & 0x7FFFu, last_way = (geometry >> 3) & 0x3FFu;
  const uint32_t set_shift = (geometry & 7u) + 4u; /* log2 of a line's bytes */
  const uint32_t way_shift = last_way == 0u ? 0u : (uint32_t)__builtin_clz(last_way);
  for (uint32_t set = 0u; set <= last_set; set++)
    for (uint32_t way = 0u; way <= last_way; way++)
      SCB_DCISW = (way << way_shift) | (set << set_shift);
  __asm__ volatile("dsb" ::: "memory");
  SCB_CCR |= CCR_DC_IC;
  __asm__ volatile("dsb\n\tisb" ::: "memory");
#endif
}

__attribute__((noreturn, used)) void Reset_Handler(void) {
  guard_stack();
  enable_units();
  enable_caches();
  const volatile uint32_t *from = &linker_data_load;
  for (volatile uint32_t *to = &linker_data_start; to < &linker_data_end; to++)
    *to = *from++;
  for (volatile uint32_t *to = &linker_bss_start; to < &linker_bss_end; to++)
    *to = 0u;
  board_init();
  board_exit(main());
}

/* Takes the stack in use at the exception as the frame, then starts over at the top of the stack:
 * the fault may be its overflow, and nothing returns from here. EXC_RETURN bit 2 says which stack it was. */
__attribute__((naked, used)) void Fault_Handler(void) {
  __asm__ volatile(".syntax unified\n\t"
                   "mrs r0, msp\n\t"
                   "mov r1, lr\n\t"
                   "lsls r1, r1, #29\n\t"
                   "bpl 1f\n\t"
                   "mrs r0, psp\n"
                   "1:\n\t"
                   "mrs r1, ipsr\n\t"
                   "ldr r2, =linker_stack_top\n\t"
                   "msr msp, r2\n\t"
                   "ldr r2, =fault_report\n\t"
                   "bx r2\n\t"
                   ".ltorg");
}

static const char *exception_name(uint32_t exception) {
  static const char *const names[] = {"NMI",      "HardFault",  "MemManage",
                                      "BusFault", "UsageFault", "SecureFault"};
  return exception >= 2u && exception <= 7u ? names[exception - 2u] : "Exception";
}

void fault_report(const uint32_t *frame, uint32_t exception) {
  /* r0-r3, r12, lr, pc, xpsr were stacked, unless the stack itself was the trouble. */
  const uintptr_t at = (uintptr_t)frame;
  uint32_t cfsr = 0u;
#if __ARM_ARCH >= 7
  cfsr = SCB_CFSR;
#endif
  const int readable = (cfsr & CFSR_NO_FRAME) == 0u && at >= (uintptr_t)&linker_stack_limit &&
                       at + 32u <= (uintptr_t)&linker_stack_top;
  const uint32_t lr = readable ? frame[5] : 0u;
  const uint32_t pc = readable ? frame[6] : 0u;
  console_puts("\nFAULT: ");
  console_puts(exception_name(exception));
  console_puts(" pc=");
  console_hex(pc);
  console_puts(" lr=");
  console_hex(lr);
  console_puts(" cfsr=");
  console_hex(cfsr);
  console_puts(readable ? "\n" : " stack=overflow\n");
  board_exit(128 + (int)exception);
}
