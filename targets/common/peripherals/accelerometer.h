/* An accelerometer of three axes. Link one driver: adxl345 (I2C), lis2dw12 (I2C) or lsm6dso (SPI). */
#ifndef TARGETS_COMMON_PERIPHERALS_ACCELEROMETER_H
#define TARGETS_COMMON_PERIPHERALS_ACCELEROMETER_H

/** Starts it: ±4 g or more, 50 samples a second (the nearest it has). 0, or -1 if it does not answer. */
int accelerometer_start(void);

/** Waits for the next sample and gives it in units of g. */
void accelerometer_read(float g[3]);

#endif
