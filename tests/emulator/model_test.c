/* A network on a target, tested: the same source runs on the host and says what the target has to print.
 *
 * Built with -DMODEL_HEADER="\"kws.h\"" -DMODEL=kws -DMODEL_UPPER=KWS, and -DMODEL_STATEFUL for a network
 * with state. For each of MODEL_TEST_RUNS pseudo-random inputs the network runs three times, each time in an
 * arena filled with other garbage, and the results must agree: nothing is read that was not written. The
 * first time the layers are traced. A network with state goes on from run to run: the three times start from
 * the same state.
 *
 *   layer 3 "conv" bytes=512 crc=89abcdef   CRC-32 of a layer's output, where the C traces them
 *   output 0 run 1 bytes=12 crc=01234567
 *   # stack 312 of 16384                    what host and target need not share: measurements
 *   FAIL: ...                               at once, when something is wrong
 *   PASS, or FAIL                           the last line
 *
 * The inputs: the generator of random_data.h, x = MODEL_TEST_SEED + run before the first element; elements in
 * order, inputs in order: int8 and uint8 take x >> 24, int16 x >> 16, int32 (x >> 24) & 7 (an index), bool (x
 * >> 24) & 1, float32 (x >> 8)·2^-23 - 1. reference.py computes the same.
 *
 * A network with floating point computes other last bits on other machines (the order of sums, the C
 * library's expf). It is built with -DMODEL_EXPECTED_HEADER=..., which has LiteRT's outputs; they must agree
 * to 1e-5, and the layers' CRCs are printed as measurements:
 *
 *   output 0 run 1 bytes=40 is LiteRT's to 1e-5
 *
 * -DPLANT=… plants an error on purpose, so that a test can show that it is noticed: see plant(). */
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include MODEL_HEADER

#include "console.h"
#include "instructions.h"
#include "random_data.h"
#include "stack.h"
#include "trace.h"

#ifdef MODEL_EXPECTED_HEADER
#include MODEL_EXPECTED_HEADER
#endif

#ifndef MODEL_TEST_RUNS
#define MODEL_TEST_RUNS 2
#endif
#ifndef MODEL_TEST_SEED
#define MODEL_TEST_SEED 12345u
#endif

#define PLANT_NOTHING 0
#define PLANT_CRC 1      /* one wrong bit in a layer's CRC: only the comparison with the host can notice */
#define PLANT_FAULT 2    /* an undefined instruction */
#define PLANT_GUARD 3    /* a byte written behind the arena */
#define PLANT_HANG 4     /* never ends */
#define PLANT_UNMAPPED 5 /* a write to where there is no memory */
#define PLANT_STACK 6    /* more stack than there is */
#ifndef PLANT
#define PLANT PLANT_NOTHING
#endif

#define PASTE_(a, b) a##b
#define PASTE(a, b) PASTE_(a, b)
#define FUNCTION(suffix) PASTE(MODEL, suffix)
#define CONSTANT(suffix) PASTE(MODEL_UPPER, suffix)

#if defined(__riscv)
#define UNDEFINED_INSTRUCTION "unimp"
#define UNMAPPED 0x08000000u
#else
#define UNDEFINED_INSTRUCTION "udf #0"
#define UNMAPPED 0x98000000u
#endif

enum { GUARD_BYTES = 64 };
#define GUARD_VALUE 0xA7u

#if defined(__arm__) || defined(__riscv)
#define IN_ARENA_SECTION __attribute__((section(".arena")))
#define IN_FAST_SECTION __attribute__((section(MODEL_FAST_SECTION)))
#else
#define IN_ARENA_SECTION
#define IN_FAST_SECTION
#endif

/* With -DMODEL_FAST=DTCM the network was compiled with --ram-regions=DTCM:…,RAM. */
#ifdef MODEL_FAST
#define ARENA_BYTES CONSTANT(_ARENA_RAM_BYTES)
#define FAST_BYTES PASTE(PASTE(CONSTANT(_ARENA_), MODEL_FAST), _BYTES)
#else
#define ARENA_BYTES CONSTANT(_ARENA_BYTES)
#define FAST_BYTES 0u
#endif

static uint8_t memory[GUARD_BYTES + ARENA_BYTES + GUARD_BYTES] IN_ARENA_SECTION
    __attribute__((aligned(GUARD_BYTES)));
static uint8_t *const arena = &memory[GUARD_BYTES];

#ifdef MODEL_FAST
static uint8_t fast_memory[GUARD_BYTES + FAST_BYTES + GUARD_BYTES] IN_FAST_SECTION
    __attribute__((aligned(GUARD_BYTES)));
static uint8_t *const fast_arena = &fast_memory[GUARD_BYTES];
#define ARENAS fast_arena, arena
#else
#define ARENAS arena
#endif

#ifdef MODEL_STATEFUL
static FUNCTION(_state_t) state, state_before; /* a run's passes start from the same state */
#endif

static uint32_t failures;
static int tracing;

static void fail(const char *what) {
  console_puts("FAIL: ");
  console_puts(what);
  console_puts("\n");
  failures++;
}

static void print_bytes(size_t bytes) {
  console_puts(" bytes=");
  console_u32((uint32_t)bytes);
}

static void print_bytes_and_crc(size_t bytes, uint32_t crc) {
  print_bytes(bytes);
  console_puts(" crc=");
  console_hex(crc);
  console_puts("\n");
}

void trace_layer(uint32_t step, const char *name, const void *data, size_t bytes) {
  if (!tracing)
    return;
  uint32_t crc = crc32_of(data, bytes);
  if (PLANT == PLANT_CRC && step == 0u)
    crc ^= 1u;
#ifdef MODEL_EXPECTED_HEADER
  console_puts("# ");
#endif
  console_puts("layer ");
  console_u32(step);
  console_puts(" \"");
  console_puts(name);
  console_puts("\"");
  print_bytes_and_crc(bytes, crc);
}

/* (T)0.5 is 0 for integers, 0.5 for floats, true for bool. */
#define IS_NO_INTEGER(pointer) ((__typeof__(*(pointer)))0.5f != 0)

static void fill(void *to, size_t bytes, size_t size, int no_integer) {
  for (size_t i = 0; i < bytes / size; i++) {
    const uint32_t x = next_random();
    if (size == 1u) {
      ((uint8_t *)to)[i] = (uint8_t)(no_integer ? (x >> 24) & 1u : x >> 24);
    } else if (size == 2u) {
      ((uint16_t *)to)[i] = (uint16_t)(x >> 16);
    } else if (no_integer) {
      ((float *)to)[i] = (float)(x >> 8) * (1.0f / 8388608.0f) - 1.0f;
    } else {
      ((uint32_t *)to)[i] = (x >> 24) & 7u;
    }
  }
}

/* An input or output exists if the header defines its size: an undefined name counts as 0 in #if. */
#define FILL(i)                                                                                              \
  fill(FUNCTION(_input_##i)(arena), CONSTANT(_INPUT_##i##_BYTES), sizeof *FUNCTION(_input_##i)(arena),       \
       IS_NO_INTEGER(FUNCTION(_input_##i)(arena)))

static void fill_inputs(void) {
#if CONSTANT(_INPUT_0_BYTES)
  FILL(0);
#endif
#if CONSTANT(_INPUT_1_BYTES)
  FILL(1);
#endif
#if CONSTANT(_INPUT_2_BYTES)
  FILL(2);
#endif
#if CONSTANT(_INPUT_3_BYTES)
  FILL(3);
#endif
#if CONSTANT(_INPUT_4_BYTES)
#error "model_test.c knows four inputs: add a line for each more"
#endif
}

enum { MOST_OUTPUTS = 4 };
static uint32_t first_crc[MOST_OUTPUTS]; /* of the run's first pass */

/* Each input runs three times: the layers traced, the stack measured, the instructions counted. */
enum { PASS_TRACED, PASS_STACK, PASS_INSTRUCTIONS, PASSES };

static void check_output(size_t index, const void *data, size_t bytes, uint32_t run, uint32_t crc) {
  console_puts("output ");
  console_u32((uint32_t)index);
  console_puts(" run ");
  console_u32(run);
#ifdef MODEL_EXPECTED_HEADER
  if (expected_outputs[index] != NULL) {
    const float *found = data;
    const float *expected = expected_outputs[index] + run * (bytes / sizeof *found);
    int close = 1;
    for (size_t i = 0; i < bytes / sizeof *found; i++) {
      const float difference = found[i] > expected[i] ? found[i] - expected[i] : expected[i] - found[i];
      const float size = expected[i] > 0.0f ? expected[i] : -expected[i];
      close = close && difference <= 1e-5f * (size > 1.0f ? size : 1.0f); /* false for what is no number */
    }
    print_bytes(bytes);
    console_puts(close ? " is LiteRT's to 1e-5\n" : " is not LiteRT's\n");
    if (!close)
      fail("an output is not LiteRT's");
    return;
  }
#endif
  (void)data;
  print_bytes_and_crc(bytes, crc);
}

static void take_output(size_t index, const void *data, size_t bytes, uint32_t run, uint32_t pass) {
  const uint32_t crc = crc32_of(data, bytes);
  if (pass == PASS_TRACED) {
    first_crc[index] = crc;
    check_output(index, data, bytes, run, crc);
  } else if (crc != first_crc[index]) {
    fail("an output depends on what the arena held before");
  }
}

#define TAKE(i) take_output(i, FUNCTION(_output_##i)(arena), CONSTANT(_OUTPUT_##i##_BYTES), run, pass)

static void take_outputs(uint32_t run, uint32_t pass) {
#if CONSTANT(_OUTPUT_0_BYTES)
  TAKE(0);
#endif
#if CONSTANT(_OUTPUT_1_BYTES)
  TAKE(1);
#endif
#if CONSTANT(_OUTPUT_2_BYTES)
  TAKE(2);
#endif
#if CONSTANT(_OUTPUT_3_BYTES)
  TAKE(3);
#endif
#if CONSTANT(_OUTPUT_4_BYTES)
#error "model_test.c knows four outputs: add a line for each more"
#endif
}

static void prepare_arena(uint32_t seed) {
  memset(memory, (int)GUARD_VALUE, sizeof memory);
  random_state = seed;
  for (size_t i = 0; i < ARENA_BYTES; i++)
    arena[i] = (uint8_t)(next_random() >> 24);
#ifdef MODEL_FAST
  memset(fast_memory, (int)GUARD_VALUE, sizeof fast_memory);
  for (size_t i = 0; i < FAST_BYTES; i++)
    fast_arena[i] = (uint8_t)(next_random() >> 24);
#endif
}

static void prepare_state(uint32_t run, uint32_t pass) {
#ifdef MODEL_STATEFUL
  if (run == 0u && pass == 0u) {
    memset(&state, (int)GUARD_VALUE, sizeof state);
    FUNCTION(_reset)(&state);
  }
  if (pass == 0u)
    state_before = state;
  else
    state = state_before;
#else
  (void)run;
  (void)pass;
#endif
}

static void check_guard(const uint8_t *bytes, size_t size) {
  for (size_t i = 0; i < GUARD_BYTES; i++) {
    if (bytes[i] != GUARD_VALUE || bytes[size - 1u - i] != GUARD_VALUE) {
      fail("memory beside the arena was written");
      return;
    }
  }
}

static void check_guards(void) {
  check_guard(memory, sizeof memory);
#ifdef MODEL_FAST
  check_guard(fast_memory, sizeof fast_memory);
#endif
}

#if PLANT == PLANT_STACK
static uint32_t too_deep(volatile uint32_t *above) {
  volatile uint32_t frame[64];
  frame[0] = above[0] + 1u;
  return frame[0] == 0u ? 0u : too_deep(frame) + frame[0];
}
#endif

static void plant(void) {
#if PLANT == PLANT_STACK
  volatile uint32_t start = 0u;
  console_u32(too_deep(&start));
#endif
  if (PLANT == PLANT_GUARD)
    memory[sizeof memory - GUARD_BYTES] = 0u;
#if defined(__arm__) || defined(__riscv)
  if (PLANT == PLANT_FAULT)
    __asm__ volatile(UNDEFINED_INSTRUCTION);
  if (PLANT == PLANT_UNMAPPED)
    *(volatile uint32_t *)UNMAPPED = 0u;
  while (PLANT == PLANT_HANG)
    __asm__ volatile("nop");
#endif
}

/* Inlined, so that the stack that is measured is the network's. */
__attribute__((always_inline)) static inline void run_network(void) {
#ifdef MODEL_STATEFUL
  FUNCTION(_run)(ARENAS, &state);
#else
  FUNCTION(_run)(ARENAS);
#endif
}

/* What the plugin counts is this region too. */
static void run_measuring_stack(void) {
  stack_paint();
  instructions_begin();
  run_network();
  instructions_end();
  if (stack_size() == 0u)
    return;
  console_puts("# stack ");
  console_u32(stack_used());
  console_puts(" of ");
  console_u32(stack_size());
  console_puts("\n");
}

/* Apart from the stack, because reading the counter needs some. */
static void run_measuring_instructions(void) {
  const uint64_t start = instructions_now();
  const uint64_t before = instructions_now();
  run_network();
  const uint64_t after = instructions_now();
  if (instructions_resolution() == 0u)
    return;
  console_puts("# counter ");
  console_u64(after - before - (before - start)); /* reading it twice takes time too */
  console_puts(" +-");
  console_u32(2u * instructions_resolution()); /* two differences */
  console_puts("\n");
}

static void run_pass(uint32_t pass) {
  if (pass == PASS_TRACED) {
    tracing = 1;
    run_network();
    tracing = 0;
  } else if (pass == PASS_STACK) {
    run_measuring_stack();
  } else {
    run_measuring_instructions();
  }
}

int main(void) {
  (void)instructions_now(); /* starts the counter */
  for (uint32_t run = 0; run < MODEL_TEST_RUNS; run++) {
    for (uint32_t pass = 0; pass < PASSES; pass++) {
      prepare_arena(~(PASSES * run + pass));
      prepare_state(run, pass);
      random_state = MODEL_TEST_SEED + run;
      fill_inputs();
      run_pass(pass);
      take_outputs(run, pass);
      plant();
      check_guards();
    }
  }
  if (stack_size() != 0u && stack_used_total() >= stack_size())
    fail("the stack was used to its end");
  console_puts("# arena ");
  console_u32(ARENA_BYTES + FAST_BYTES);
  console_puts(failures == 0u ? "\nPASS\n" : "\nFAIL\n");
  return failures != 0u;
}
