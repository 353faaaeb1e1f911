/* A vibration monitor on FreeRTOS: the converter's interrupt fills a stream buffer, a task of low priority
 * runs the network on each window, and readings go on coming meanwhile. */
#include "FreeRTOS.h"
#include "board.h"
#include "network_task.h"
#include "stream_buffer.h"
#include "task.h"

/* Readings that may come while the network runs: 1024 are 128 ms. */
enum { RATE = 8000, WAITING = 1024 };

static uint8_t storage[WAITING + 1];
static StaticStreamBuffer_t buffer;
static StreamBufferHandle_t readings;

static void sampled(int8_t reading) {
  BaseType_t woken = pdFALSE;
  (void)xStreamBufferSendFromISR(readings, &reading, sizeof reading, &woken);
  portYIELD_FROM_ISR(woken);
}

int main(void) {
  readings = xStreamBufferCreateStatic(sizeof storage, 1, storage, &buffer);
  network_task_create(readings);
  board_start_sampling(RATE, sampled);
  vTaskStartScheduler();
}
