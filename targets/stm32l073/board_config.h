#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 2097000u /* after reset (internal oscillator, MSI range 5); nothing needs more */
#define BOARD_USART 0x40004400u /* USART2 */
#define BOARD_SYSTICK_COUNTS_INSTRUCTIONS /* machine.repl describes it so; the core has no cycle counter */

#endif
