/* Prints the first values of every tensor as it is computed; for int8 networks on a machine with stdio. */
#ifndef TRACE_H
#define TRACE_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

static inline void trace(int step, const char *name, const void *data, size_t bytes) {
  const int8_t *value = data;
  printf("%2d %6zu bytes ", step, bytes);
  for (size_t i = 0; i < bytes && i < 8; i++)
    printf(" %4d", value[i]);
  printf("  %s\n", name);
}

#define NN_TRACE(step, name, data, bytes) trace((step), (name), (data), (bytes))

#endif
