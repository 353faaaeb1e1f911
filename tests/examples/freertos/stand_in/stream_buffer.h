/* Stand-in for FreeRTOS's header: see CMakeLists.txt. */
#ifndef STAND_IN_STREAM_BUFFER_H
#define STAND_IN_STREAM_BUFFER_H

#include "FreeRTOS.h"

typedef struct {
  uint8_t *storage;
  size_t size, head, tail;
} StaticStreamBuffer_t;
typedef StaticStreamBuffer_t *StreamBufferHandle_t;

StreamBufferHandle_t xStreamBufferCreateStatic(size_t bytes, size_t trigger, uint8_t *storage,
                                               StaticStreamBuffer_t *buffer);
size_t xStreamBufferSendFromISR(StreamBufferHandle_t buffer, const void *data, size_t bytes,
                                BaseType_t *woken);
size_t xStreamBufferReceive(StreamBufferHandle_t buffer, void *data, size_t bytes, TickType_t wait);

#endif
