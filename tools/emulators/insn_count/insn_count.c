/* QEMU plugin: counts, exactly, the guest instructions executed between two functions of the firmware.
 *
 *   qemu-system-arm … -plugin
 * libinsn_count.so[,begin=SYMBOL][,end=SYMBOL][,profile=on][,phases=PREFIX][,blocks=on]
 *
 * For every region it writes `# instructions N` on standard error: the instructions after begin() has
 * returned and before end() is called, neither call included. begin() must be a single instruction (a
 * return), so that its first instruction is its last. profile=on adds, at exit, `# profile SYMBOL N` for all
 * regions together (there the call of end() counts for its caller). phases=PREFIX adds, at exit,
 * `# phase SYMBOL N`: the instructions from the entry of that function, whose name has the prefix, to the
 * next entry of one, whatever they belong to; `# phase - N`: those before the first. They sum up to the
 * regions. blocks=on adds, at exit, `# block FIRST END N LEFT PHASE` for each run of instructions at [FIRST,
 * END): executed N times in that phase (`-` as above), of which the next instruction was another one than the
 * one at END, a jump taken, LEFT times.
 *
 * The few functions of QEMU's plugin interface (version 1: QEMU 4.2 to 8.1) that are needed are declared
 * here: the distributions' packages have no header. Their meaning: docs/devel/tcg-plugins in QEMU's
 * documentation. */
#include <inttypes.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define EXPORTED __attribute__((visibility("default")))

typedef uint64_t plugin_id;
struct qemu_plugin_tb;
struct qemu_plugin_insn;
struct qemu_info_t;
typedef void (*translation_callback)(plugin_id id, struct qemu_plugin_tb *block);
typedef void (*execution_callback)(unsigned int cpu, void *user);
typedef void (*exit_callback)(plugin_id id, void *user);
enum { INLINE_ADD_U64 = 0, CALLBACK_NO_REGISTERS = 0 };

size_t qemu_plugin_tb_n_insns(const struct qemu_plugin_tb *block);
uint64_t qemu_plugin_tb_vaddr(const struct qemu_plugin_tb *block);
struct qemu_plugin_insn *qemu_plugin_tb_get_insn(const struct qemu_plugin_tb *block, size_t index);
const char *qemu_plugin_insn_symbol(const struct qemu_plugin_insn *insn);
size_t qemu_plugin_insn_size(const struct qemu_plugin_insn *insn);
uint64_t qemu_plugin_insn_vaddr(const struct qemu_plugin_insn *insn);
void qemu_plugin_register_vcpu_insn_exec_inline(struct qemu_plugin_insn *insn, int op, void *counter,
                                                uint64_t add);
void qemu_plugin_register_vcpu_insn_exec_cb(struct qemu_plugin_insn *insn, execution_callback callback,
                                            int flags, void *user);
void qemu_plugin_register_vcpu_tb_exec_cb(struct qemu_plugin_tb *block, execution_callback callback,
                                          int flags, void *user);
void qemu_plugin_register_vcpu_tb_trans_cb(plugin_id id, translation_callback callback);
void qemu_plugin_register_atexit_cb(plugin_id id, exit_callback callback, void *user);

EXPORTED extern int qemu_plugin_version;
EXPORTED int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc, char **argv);

int qemu_plugin_version = 1;

/* A function of the firmware. Addresses below entry_seen are unknown until its first instruction is
 * translated. */
struct function {
  struct function *next;
  char *name;
  uint64_t entry;      /* address of its first instruction */
  uint64_t executed;   /* instructions so far, counted by QEMU's inline operation */
  uint64_t at_begin;   /* executed when the region began */
  uint64_t in_regions; /* sum over all regions */
  uint64_t in_phase;   /* of all functions, while this was the phase; sum over all regions */
};

/* How often a block was executed in a phase, and how often it was left for another place than its end. */
struct visits {
  struct visits *next;
  const struct function *phase;
  uint64_t executed, left;
};

/* Instructions that QEMU translated together: one enters at the first. */
struct block {
  struct block *next;
  uint64_t first, end;           /* addresses: [first, end) */
  const struct function *enters; /* the phase that begins with it, or NULL */
  struct visits *visits;
};

static const char *begin_name = "instructions_begin";
static const char *end_name = "instructions_end";
static bool profile;
static bool by_block;
static struct block *blocks;
static const struct block *last_block; /* executed, in a region */
static struct visits *last_visits;
static const char *phase_prefix; /* or NULL */
static struct function *phase;   /* the one that runs; NULL: none yet in this region */
static uint64_t phase_began;     /* executed at its entry */
static uint64_t before_phases;   /* in_phase of none */
static struct function *functions;
static uint64_t executed; /* all instructions so far */
static uint64_t executed_at_begin;
static bool in_region;
static unsigned int regions;

/* A call is one instruction (bl), and it counts, as does one of the two marks: see region_end(). */
enum { MARK_AND_CALL = 2 };

static void *new_object(size_t size) {
  void *made = calloc(1, size);
  if (made == NULL) {
    fputs("insn_count: out of memory\n", stderr);
    exit(EXIT_FAILURE);
  }
  return made;
}

static struct function *function_of(const char *name, uint64_t address) {
  for (struct function *f = functions; f != NULL; f = f->next)
    if (strcmp(f->name, name) == 0)
      return f;
  struct function *f = new_object(sizeof *f);
  f->name = new_object(strlen(name) + 1);
  strcpy(f->name, name);
  f->entry = address; /* a function is entered at its top: what is translated first is its entry */
  f->next = functions;
  functions = f;
  return f;
}

static struct block *block_of(uint64_t first, uint64_t end) {
  for (struct block *b = blocks; b != NULL; b = b->next)
    if (b->first == first && b->end == end)
      return b;
  struct block *b = new_object(sizeof *b);
  b->first = first;
  b->end = end;
  b->next = blocks;
  blocks = b;
  return b;
}

static void block_begin(unsigned int cpu, void *user) {
  (void)cpu;
  struct block *b = user;
  if (!in_region)
    return;
  if (last_block != NULL && last_block->end != b->first)
    last_visits->left++;
  const struct function *in = b->enters != NULL ? b->enters : phase;
  struct visits *v = b->visits;
  while (v != NULL && v->phase != in)
    v = v->next;
  if (v == NULL) {
    v = new_object(sizeof *v);
    v->phase = in;
    v->next = b->visits;
    b->visits = v;
  }
  v->executed++;
  last_block = b;
  last_visits = v;
}

/* Ends the phase that runs and begins another one. */
static void phase_change(struct function *next, uint64_t now) {
  if (phase != NULL) {
    phase->in_phase += now - phase_began;
  } else {
    before_phases += now - phase_began;
  }
  phase = next;
  phase_began = now;
}

static void phase_begin(unsigned int cpu, void *user) {
  (void)cpu;
  if (in_region)
    phase_change(user, executed);
}

static void region_begin(unsigned int cpu, void *user) {
  (void)cpu;
  (void)user;
  in_region = true;
  executed_at_begin = executed;
  phase = NULL;
  last_block = NULL;
  phase_began = executed;
  for (struct function *f = functions; f != NULL; f = f->next)
    f->at_begin = f->executed;
}

/* Whether QEMU adds before or after it calls back, it does the same at both marks: the difference holds one
 * mark. */
static void region_end(unsigned int cpu, void *user) {
  (void)cpu;
  (void)user;
  if (!in_region)
    return;
  in_region = false;
  regions++;
  phase_change(NULL, executed - MARK_AND_CALL);
  fprintf(stderr, "# instructions %" PRIu64 "\n", executed - executed_at_begin - MARK_AND_CALL);
  for (struct function *f = functions; f != NULL; f = f->next)
    f->in_regions += f->executed - f->at_begin;
}

static void translate(plugin_id id, struct qemu_plugin_tb *block) {
  (void)id;
  const size_t count = qemu_plugin_tb_n_insns(block);
  struct block *own = NULL;
  if (by_block && count > 0) {
    const struct qemu_plugin_insn *last = qemu_plugin_tb_get_insn(block, count - 1);
    const uint64_t end = qemu_plugin_insn_vaddr(last) + qemu_plugin_insn_size(last);
    own = block_of(qemu_plugin_tb_vaddr(block), end);
    qemu_plugin_register_vcpu_tb_exec_cb(block, block_begin, CALLBACK_NO_REGISTERS, own);
  }
  for (size_t i = 0; i < count; i++) {
    struct qemu_plugin_insn *insn = qemu_plugin_tb_get_insn(block, i);
    const char *name = qemu_plugin_insn_symbol(insn);
    const uint64_t address = qemu_plugin_insn_vaddr(insn);
    qemu_plugin_register_vcpu_insn_exec_inline(insn, INLINE_ADD_U64, &executed, 1);
    if (name == NULL)
      continue;
    struct function *function = function_of(name, address);
    if (profile)
      qemu_plugin_register_vcpu_insn_exec_inline(insn, INLINE_ADD_U64, &function->executed, 1);
    if (address != function->entry)
      continue;
    if (phase_prefix != NULL && strncmp(name, phase_prefix, strlen(phase_prefix)) == 0) {
      qemu_plugin_register_vcpu_insn_exec_cb(insn, phase_begin, CALLBACK_NO_REGISTERS, function);
      if (own != NULL && i == 0)
        own->enters = function;
    }
    if (strcmp(name, begin_name) == 0)
      qemu_plugin_register_vcpu_insn_exec_cb(insn, region_begin, CALLBACK_NO_REGISTERS, NULL);
    if (strcmp(name, end_name) == 0)
      qemu_plugin_register_vcpu_insn_exec_cb(insn, region_end, CALLBACK_NO_REGISTERS, NULL);
  }
}

static void finish(plugin_id id, void *user) {
  (void)id;
  (void)user;
  if (regions == 0)
    fprintf(stderr, "insn_count: no region from %s to %s was executed\n", begin_name, end_name);
  for (struct function *f = functions; profile && f != NULL; f = f->next)
    if (f->in_regions != 0 && strcmp(f->name, begin_name) != 0)
      fprintf(stderr, "# profile %s %" PRIu64 "\n", f->name, f->in_regions);
  for (const struct block *b = blocks; b != NULL; b = b->next)
    for (const struct visits *v = b->visits; v != NULL; v = v->next)
      fprintf(stderr, "# block %" PRIx64 " %" PRIx64 " %" PRIu64 " %" PRIu64 " %s\n", b->first, b->end,
              v->executed, v->left, v->phase == NULL ? "-" : v->phase->name);
  if (phase_prefix == NULL)
    return;
  fprintf(stderr, "# phase - %" PRIu64 "\n", before_phases);
  for (struct function *f = functions; f != NULL; f = f->next)
    if (f->in_phase != 0)
      fprintf(stderr, "# phase %s %" PRIu64 "\n", f->name, f->in_phase);
}

int qemu_plugin_install(plugin_id id, const struct qemu_info_t *info, int argc, char **argv) {
  (void)info;
  for (int i = 0; i < argc; i++) {
    if (strncmp(argv[i], "begin=", 6) == 0) {
      begin_name = strdup(argv[i] + 6);
    } else if (strncmp(argv[i], "end=", 4) == 0) {
      end_name = strdup(argv[i] + 4);
    } else if (strncmp(argv[i], "profile=", 8) == 0) {
      profile = strcmp(argv[i] + 8, "on") == 0;
    } else if (strncmp(argv[i], "blocks=", 7) == 0) {
      by_block = strcmp(argv[i] + 7, "on") == 0;
    } else if (strncmp(argv[i], "phases=", 7) == 0) {
      phase_prefix = strdup(argv[i] + 7);
    } else {
      fprintf(stderr,
              "insn_count: %s is not begin=SYMBOL, end=SYMBOL, profile=on, phases=PREFIX or blocks=on\n",
              argv[i]);
      return -1;
    }
  }
  qemu_plugin_register_vcpu_tb_trans_cb(id, translate);
  qemu_plugin_register_atexit_cb(id, finish, NULL);
  return 0;
}
