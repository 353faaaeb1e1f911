#ifndef BOARD_CONFIG_H
#define BOARD_CONFIG_H

#define BOARD_CLOCK_HZ 4000000u /* after reset (internal oscillator, MSI); nothing needs more */
#define BOARD_USART 0x40013800u /* USART1 */

#endif
