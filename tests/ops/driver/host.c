/* Streams are stdin and stdout. */
#include <stdio.h>
#include <stdlib.h>

#include "driver.h"

static void must(int condition) {
  if (!condition) {
    fputs("driver: input or memory runs out, or an answer is wrong\n", stderr);
    exit(2);
  }
}

void driver_must(int condition) { must(condition); }

void driver_read(void *data, size_t bytes) { must(fread(data, 1, bytes, stdin) == bytes); }

void driver_write(const void *data, size_t bytes) { must(fwrite(data, 1, bytes, stdout) == bytes); }

void *driver_allocate(uint32_t bytes) {
  void *arena = malloc(bytes);
  must(arena != NULL);
  return arena;
}

void driver_release(void *arena, uint32_t bytes) {
  (void)bytes;
  free(arena);
}
