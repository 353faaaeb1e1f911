/* What generated C includes in firmware tests (NN_TRACE_HEADER): after each layer, its name and output. */
#ifndef TESTS_EMULATOR_TRACE_H
#define TESTS_EMULATOR_TRACE_H

#include <stddef.h>
#include <stdint.h>

/** Prints `layer <step> "<name>" bytes=<bytes> crc=<CRC-32>`; what is traced is model_test.c's to decide. */
void trace_layer(uint32_t step, const char *name, const void *data, size_t bytes);

#define NN_TRACE(step, name, data, bytes) trace_layer((uint32_t)(step), (name), (data), (size_t)(bytes))

#endif
