/* Pseudo-random inputs and checksums of outputs, the same on every target and in reference.py. */
#ifndef TESTS_EMULATOR_RANDOM_DATA_H
#define TESTS_EMULATOR_RANDOM_DATA_H

#include <stddef.h>
#include <stdint.h>

static uint32_t random_state;

/* A linear congruential generator: x <- 1664525 x + 1013904223 mod 2^32. */
static uint32_t next_random(void) {
  random_state = random_state * 1664525u + 1013904223u;
  return random_state;
}

/* CRC-32 as in IEEE 802.3 and zlib: reflected, polynomial 0xEDB88320; four bits a step. */
static uint32_t crc32_of(const void *data, size_t bytes) {
  uint32_t table[16];
  for (uint32_t i = 0; i < 16u; i++) {
    uint32_t entry = i;
    for (int bit = 0; bit < 4; bit++)
      entry = (entry >> 1) ^ ((entry & 1u) != 0u ? 0xEDB88320u : 0u);
    table[i] = entry;
  }
  const uint8_t *byte = data;
  uint32_t crc = 0xFFFFFFFFu;
  for (size_t i = 0; i < bytes; i++) {
    crc ^= byte[i];
    crc = (crc >> 4) ^ table[crc & 15u];
    crc = (crc >> 4) ^ table[crc & 15u];
  }
  return ~crc;
}

#endif
