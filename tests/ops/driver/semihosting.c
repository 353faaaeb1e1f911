/* Streams are files of the machine that emulates, named by the build. */
#include <string.h>

#include "board.h"
#include "driver.h"
#include "semihosting.h"

enum { SYS_OPEN = 0x01, SYS_WRITE = 0x05, SYS_READ = 0x06 };
enum { MODE_READ_BINARY = 1, MODE_WRITE_BINARY = 5 };
enum { POOL_BYTES = 1 << 20, GUARD_BYTES = 64, GUARD = 0x5C };

__attribute__((section(".arena"), aligned(16))) static uint8_t pool[POOL_BYTES];

static void must(int condition, const char *complaint) {
  if (!condition) {
    board_write(complaint);
    board_exit(2);
  }
}

static uint32_t open_file(const char *name, uint32_t mode) {
  const uint32_t block[3] = {(uint32_t)(uintptr_t)name, mode, (uint32_t)strlen(name)};
  const uint32_t handle = semihosting_call(SYS_OPEN, block);
  must(handle != UINT32_MAX, "driver: cannot open a file\n");
  return handle;
}

/* The call answers how many bytes are left. */
static void transfer(uint32_t operation, uint32_t handle, const void *data, size_t bytes) {
  const uint32_t block[3] = {handle, (uint32_t)(uintptr_t)data, (uint32_t)bytes};
  must(semihosting_call(operation, block) == 0u, "driver: a file runs out\n");
}

void driver_must(int condition) { must(condition, "driver: an answer is wrong\n"); }

void driver_read(void *data, size_t bytes) {
  static uint32_t file;
  file = file != 0u ? file : open_file(DRIVER_INPUT, MODE_READ_BINARY);
  transfer(SYS_READ, file, data, bytes);
}

void driver_write(const void *data, size_t bytes) {
  static uint32_t file;
  file = file != 0u ? file : open_file(DRIVER_OUTPUT, MODE_WRITE_BINARY);
  transfer(SYS_WRITE, file, data, bytes);
}

void *driver_allocate(uint32_t bytes) {
  must(bytes + 2u * GUARD_BYTES <= POOL_BYTES, "driver: the arena is larger than the pool\n");
  memset(pool, GUARD, bytes + 2u * GUARD_BYTES);
  return pool + GUARD_BYTES;
}

void driver_release(void *arena, uint32_t bytes) {
  const uint8_t *after = (const uint8_t *)arena + bytes;
  for (uint32_t i = 0; i < GUARD_BYTES; ++i) {
    must(pool[i] == GUARD && after[i] == GUARD, "driver: a network writes outside of its arena\n");
  }
}
