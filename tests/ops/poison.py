"""C that tells AddressSanitizer which bytes of the arena are alive: before each step of the
schedule (a layer, or a region of layers) all are poisoned but those of the buffers that it needs.

The generated C is compiled as it is: its NN_TRACE, called when a step has run, is the hook.
"""

from __future__ import annotations

from collections.abc import Iterator

from compiler.compile import Output
from compiler.program import Program, Region

# For -DNN_TRACE_HEADER; included by every network of a file.
HEADER = """#undef NN_TRACE
#define NN_TRACE(step, tensor, data, bytes) NN_POISON(a, step)
"""
BEFORE_ALL = -1  # in place of a layer's number


def declaration(name: str) -> str:
    """The function that makes `layer` and all before it the past."""
    return f"void poison_{name}(uint8_t *a, int32_t layer);"


def spans(program: Program, end: int) -> Iterator[tuple[int, int, int]]:
    """The nodes that run, from a first to a last, once a layer has called the hook and until the
    next does: what writes nothing to the arena (but to the state) has no call."""
    past, first = BEFORE_ALL, None
    for item in program.schedule:
        layers = [s.layer for s in item.stages] if isinstance(item, Region) else [item]
        nodes = [int(program.layers[i].name.split("_")[0]) for i in layers]
        first = nodes[0] if first is None else first
        if program.layers[layers[-1]].traces:
            yield past, first, nodes[-1]
            past, first = layers[-1], None
    yield past, end if first is None else first, end


def function(output: Output, name: str) -> str:
    """The C of the function, for a network without subgraphs."""
    program, plan = output.program, output.plan
    end = max((b.last for b in program.buffers.values()), default=0)
    rows = []
    for layer, first, last in spans(program, end):
        rows.append(f"    {{{layer}, 0u, 0u}},")  # so that a step without buffers has a row
        rows += [
            f"    {{{layer}, {plan.offsets[i]}u, {b.bytes}u}}, /* {i} */"
            for i, b in program.buffers.items()
            if b.first <= last and b.last >= first
        ]
    lines = [
        "#include <sanitizer/asan_interface.h>",
        "#include <stdint.h>",
        declaration(name),
        f"void poison_{name}(uint8_t *a, int32_t layer) {{",
        "  static const struct {",
        "    int32_t layer;",
        "    uint32_t offset, bytes;",
        "  } alive[] = {",
        *rows,
        "  };",
        "  int known = 0;",
        "  for (uint32_t i = 0; i < sizeof alive / sizeof alive[0]; ++i) {",
        "    if (alive[i].layer == layer) {",
        "      if (!known) {",
        f"        __asan_poison_memory_region(a, {plan.arena_bytes}u);",
        "        known = 1;",
        "      }",
        "      __asan_unpoison_memory_region(a + alive[i].offset, alive[i].bytes);",
        "    }",
        "  }",
        "}",
        f"#define NN_POISON poison_{name}",
    ]
    return "\n".join([*lines, ""])
