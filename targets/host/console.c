/* The host as a target: the console is standard output. main() is called by the C library. */
#include <stdio.h>
#include <stdlib.h>

#include "board.h"

void board_init(void) {}

void board_write(const char *text) { (void)fputs(text, stdout); }

void board_exit(int status) { exit(status); }
