/* Stand-in for FreeRTOS's header: see CMakeLists.txt. */
#ifndef STAND_IN_TASK_H
#define STAND_IN_TASK_H

#include "FreeRTOS.h"

typedef void (*TaskFunction_t)(void *parameter);
typedef struct {
  TaskFunction_t function;
  void *parameter;
} StaticTask_t;
typedef StaticTask_t *TaskHandle_t;

TaskHandle_t xTaskCreateStatic(TaskFunction_t function, const char *name, uint32_t stack_words,
                               void *parameter, UBaseType_t priority, StackType_t *stack, StaticTask_t *task);
void vTaskStartScheduler(void) __attribute__((noreturn));

#endif
