/* A camera that keeps one frame of grey and colour differences (YUV 4:2:2). */
#ifndef TARGETS_COMMON_PERIPHERALS_CAMERA_H
#define TARGETS_COMMON_PERIPHERALS_CAMERA_H

#include <stdint.h>

enum { CAMERA_WIDTH = 160, CAMERA_HEIGHT = 120 };

/** Sets the camera up. 0, or -1 if it does not answer. */
int camera_start(void);

/** Takes a frame into the camera's own frame buffer. 0, or -1 if that is not of the size above. */
int camera_capture(void);

/** Grey of the frame's next pixels (0: black), rows from the top. */
void camera_read(uint8_t *grey, uint32_t pixels);

#endif
