/* One task, and an interrupt that comes whenever the task waits. */
#include <stdlib.h>

#include "FreeRTOS.h"
#include "stream_buffer.h"
#include "task.h"

int stand_in_interrupt(void); /* board.c: 0 when there are no more */

static StaticTask_t *only_task;

TaskHandle_t xTaskCreateStatic(TaskFunction_t function, const char *name, uint32_t stack_words,
                               void *parameter, UBaseType_t priority, StackType_t *stack,
                               StaticTask_t *task) {
  (void)name;
  (void)stack_words;
  (void)priority;
  (void)stack;
  *task = (StaticTask_t){function, parameter};
  only_task = task;
  return task;
}

void vTaskStartScheduler(void) {
  only_task->function(only_task->parameter);
  abort(); /* a task does not return */
}

StreamBufferHandle_t xStreamBufferCreateStatic(size_t bytes, size_t trigger, uint8_t *storage,
                                               StaticStreamBuffer_t *buffer) {
  (void)trigger;
  *buffer = (StaticStreamBuffer_t){storage, bytes, 0u, 0u};
  return buffer;
}

size_t xStreamBufferSendFromISR(StreamBufferHandle_t buffer, const void *data, size_t bytes,
                                BaseType_t *woken) {
  const uint8_t *byte = data;
  size_t sent = 0;
  for (; sent < bytes && (buffer->head + 1u) % buffer->size != buffer->tail; sent++) {
    buffer->storage[buffer->head] = byte[sent];
    buffer->head = (buffer->head + 1u) % buffer->size;
  }
  *woken = sent > 0u;
  return sent;
}

size_t xStreamBufferReceive(StreamBufferHandle_t buffer, void *data, size_t bytes, TickType_t wait) {
  (void)wait;
  for (int i = 0; i < 100; i++) /* so many come before the task is back */
    if (!stand_in_interrupt() && buffer->head == buffer->tail)
      exit(0);
  uint8_t *byte = data;
  size_t received = 0;
  for (; received < bytes && buffer->tail != buffer->head; received++) {
    byte[received] = buffer->storage[buffer->tail];
    buffer->tail = (buffer->tail + 1u) % buffer->size;
  }
  return received;
}
