/* What a target gives to the common code: three functions and, in its own folder's board_config.h, its
 * constants. A target under an emulator with semihosting takes them from semihosting.c; others write their
 * own console.c. */
#ifndef TARGETS_COMMON_BOARD_H
#define TARGETS_COMMON_BOARD_H

/** Sets up what the console needs (clocks, pins, UART). Runs once, after .data and .bss are in place. */
void board_init(void);

/** Writes a zero-terminated text to the console. Polls; safe in a fault handler. */
void board_write(const char *text);

/** Ends the run: the emulator's exit status where it has one, else a last line `EXIT <status>`. Does not
 * return. */
void board_exit(int status) __attribute__((noreturn));

#endif
