/* Console output without printf: every function writes at once and allocates nothing. */
#ifndef TARGETS_COMMON_CONSOLE_H
#define TARGETS_COMMON_CONSOLE_H

#include <stdint.h>

/** Writes the text as it is (no newline added). */
void console_puts(const char *text);

/** Writes the value in decimal. */
void console_u32(uint32_t value);
void console_i32(int32_t value);
void console_u64(uint64_t value);

/** Writes the value as eight lower-case hexadecimal digits. */
void console_hex(uint32_t value);

#endif
