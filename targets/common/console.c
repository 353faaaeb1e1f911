#include "console.h"

#include "board.h"

void console_puts(const char *text) { board_write(text); }

void console_u64(uint64_t value) {
  char digits[21]; /* 2^64 has 20 decimal digits */
  int i = 20;
  digits[i] = '\0';
  do {
    digits[--i] = (char)('0' + (int)(value % 10u));
    value /= 10u;
  } while (value != 0u);
  board_write(&digits[i]);
}

void console_u32(uint32_t value) {
  char digits[11]; /* 2^32 has 10 decimal digits */
  int i = 10;
  digits[i] = '\0';
  do {
    digits[--i] = (char)('0' + (int)(value % 10u));
    value /= 10u;
  } while (value != 0u);
  board_write(&digits[i]);
}

void console_i32(int32_t value) {
  if (value < 0) {
    board_write("-");
    console_u32(0u - (uint32_t)value);
  } else {
    console_u32((uint32_t)value);
  }
}

void console_hex(uint32_t value) {
  char digits[9];
  for (int i = 0; i < 8; i++)
    digits[i] = "0123456789abcdef"[(value >> (28 - 4 * i)) & 15u];
  digits[8] = '\0';
  board_write(digits);
}
