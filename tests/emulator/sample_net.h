/* A network written by hand with the interface of generated C. It tests the test: the emulators, the
 * comparison with the host, the errors planted. No compiler is needed for it. */
#ifndef SAMPLE_NET_H
#define SAMPLE_NET_H

#include <stdint.h>

#define SAMPLE_NET_ARENA_BYTES 160u
#define SAMPLE_NET_ARENA_ALIGN 4u
#define SAMPLE_NET_INPUT_0_BYTES 32u  /* int8[32] at 0 */
#define SAMPLE_NET_INPUT_1_BYTES 64u  /* float32[16] at 32 */
#define SAMPLE_NET_OUTPUT_0_BYTES 32u /* int32[8] at 96 */
#define SAMPLE_NET_OUTPUT_1_BYTES 32u /* float32[8] at 128 */

static inline int8_t *sample_net_input_0(void *arena) { return (int8_t *)arena; }
static inline float *sample_net_input_1(void *arena) { return (float *)arena + 8; }
static inline const int32_t *sample_net_output_0(const void *arena) { return (const int32_t *)arena + 24; }
static inline const float *sample_net_output_1(const void *arena) { return (const float *)arena + 32; }

void sample_net_run(void *arena);

#endif
