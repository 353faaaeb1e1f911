#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 8000000u           /* after reset (internal oscillator, HSI); nothing needs more */
#define BOARD_USART 0x40013800u           /* USART1 */
#define BOARD_SYSTICK_COUNTS_INSTRUCTIONS /* machine.repl describes it so; the core has no cycle counter */

#endif
