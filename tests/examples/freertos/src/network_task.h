/* The task that waits for a window of readings, runs the network and reports. */
#ifndef NETWORK_TASK_H
#define NETWORK_TASK_H

#include "FreeRTOS.h"
#include "stream_buffer.h"

/** Creates the task; it takes its readings from the buffer. */
void network_task_create(StreamBufferHandle_t readings);

#endif
