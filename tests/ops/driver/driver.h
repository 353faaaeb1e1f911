/* Runs many generated networks one after the other. For each, the table has a function that reads its inputs
 * from a stream, runs it and writes its outputs to another stream. */
#ifndef DRIVER_H
#define DRIVER_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
  void (*run)(void *arena);
  uint32_t arena_bytes;
} driver_case_t;

/* From the generated table. */
extern const driver_case_t driver_cases[];
extern const uint32_t driver_count; /* of cases */
extern const uint32_t driver_runs;  /* of each case */

/* From host.c or semihosting.c. Arenas have nothing behind their last byte: driver_release complains about
 * writes there (the host leaves that to AddressSanitizer). */
void driver_must(int condition); /* ends the program where it does not hold */
void driver_read(void *data, size_t bytes);
void driver_write(const void *data, size_t bytes);
void *driver_allocate(uint32_t bytes);
void driver_release(void *arena, uint32_t bytes);

#endif
