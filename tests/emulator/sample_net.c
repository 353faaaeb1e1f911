#include "sample_net.h"

#ifdef NN_TRACE_HEADER
#include NN_TRACE_HEADER
#else
#define NN_TRACE(step, name, data, bytes) ((void)0)
#endif

/* Two layers without weights: sums of four neighbours weighted 1 to 4, and maxima of pairs. */
void sample_net_run(void *arena) {
  const int8_t *bytes = sample_net_input_0(arena);
  int32_t *sums = (int32_t *)arena + 24;
  for (int i = 0; i < 8; i++) {
    sums[i] = 0;
    for (int tap = 0; tap < 4; tap++)
      sums[i] += (tap + 1) * bytes[4 * i + tap];
  }
  NN_TRACE(0, "sums", sums, 32u);
  const float *values = sample_net_input_1(arena);
  float *maxima = (float *)arena + 32;
  for (int i = 0; i < 8; i++)
    maxima[i] = values[2 * i] > values[2 * i + 1] ? values[2 * i] : values[2 * i + 1];
  NN_TRACE(1, "maxima", maxima, 32u);
}
