#include "driver.h"

int main(void) {
  for (uint32_t c = 0; c < driver_count; ++c) {
    for (uint32_t r = 0; r < driver_runs; ++r) {
      const uint32_t bytes = driver_cases[c].arena_bytes;
      uint8_t *arena = driver_allocate(bytes);
      for (uint32_t i = 0; i < bytes; ++i) {
        arena[i] = (uint8_t)(0xA5u + 7u * i + r); /* a network may rely on nothing in its arena */
      }
      driver_cases[c].run(arena);
      driver_release(arena, bytes);
    }
  }
  return 0;
}
