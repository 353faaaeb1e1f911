"""The run in model.c and model.h: where inputs and outputs are, and what a run is handed."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..placement import Plan, Space
from ..program import Port, Program
from .c_layers import cast, offset_of, pointer_of


def run_parameters(program: Program, plan: Plan) -> str:
    """What the user hands to a run: arenas, state, and the inputs and outputs that he keeps."""
    words = [f"void *{s.name}" for s in plan.every_space if s.port is None]
    words += [f"{program.name}_state_t *state"] if program.state else []
    if callers(plan):
        words += [f"const {p.ctype} *input_{i}" for i, p in enumerate(program.inputs)]
        words += [f"{p.ctype} *output_{i}" for i, p in enumerate(program.outputs)]
    return ", ".join(words)


def callers(plan: Plan) -> bool:
    """Whether the caller keeps inputs and outputs."""
    return any(s.port is not None for s in plan.spaces)


def _arena_of(port: Port, plan: Plan) -> Space:
    return plan.space_at(plan.offsets[port.place.buffer])


def declarations(program: Program, plan: Plan) -> Iterator[str]:
    """The functions of model.h that tell where inputs and outputs are."""
    if callers(plan):
        return
    name = program.name
    if not program.stream:
        yield "/* Where to write the inputs; a run reuses their bytes. */"
        for i, port in enumerate(program.inputs):
            yield f"{port.ctype} *{name}_input_{i}(void *{_arena_of(port, plan).name});"
        yield ""
    until = "row" if program.stream else "run or write of an input"
    yield f"/* Where the outputs are, until the next {until}. */"
    for i, port in enumerate(program.outputs):
        yield f"const {port.ctype} *{name}_output_{i}(const void *{_arena_of(port, plan).name});"
    yield ""


def accessors(program: Program, plan: Plan) -> Iterator[str]:
    """Those functions."""
    if callers(plan):
        return
    name = program.name
    for i, port in enumerate(() if program.stream else program.inputs):
        arena = _arena_of(port, plan).name
        at = cast(f"(uint8_t *){arena} + {offset_of(plan, port.place)}", port.ctype)
        yield f"{port.ctype} *{name}_input_{i}(void *{arena}) {{ return {at}; }}"
    for i, port in enumerate(program.outputs):
        arena = _arena_of(port, plan).name
        at = f"(const uint8_t *){arena} + {offset_of(plan, port.place)}"
        at = cast(at, port.ctype, "const ")
        yield f"const {port.ctype} *{name}_output_{i}(const void *{arena}) {{ return {at}; }}"


def run_function(program: Program, plan: Plan, calls: Sequence[str]) -> Iterator[str]:
    """The run itself."""
    yield f"void {program.name}_run({run_parameters(program, plan)}) {{"
    copies = list(_copies(program, plan))
    if program.state:
        yield f"  {program.name}_state_t *const s = state;"
    if calls or copies:
        for space in plan.every_space:
            via = "" if space.port is None else "(uint8_t *)(uintptr_t)"
            yield f"  uint8_t *const {space.pointer} = {via}{space.name};"
    else:
        yield from (f"  (void){space.name};" for space in plan.every_space)
    yield from calls
    yield from copies
    yield "}"


def _copies(program: Program, plan: Plan) -> Iterator[str]:
    """Outputs that share their bytes with something else, to the caller's place."""
    if not callers(plan):
        return
    for i, port in enumerate(program.outputs):
        if plan.port(f"output_{i}") is None:
            at = f"{pointer_of(plan, port.place)} + {offset_of(plan, port.place)}"
            yield f"  memcpy(output_{i}, {at}, {port.bytes}u);"


def sizes(program: Program, plan: Plan) -> Iterator[str]:
    """The macros of the arenas."""
    upper = program.name.upper()
    arenas = [s for s in plan.every_space if s.port is None]
    for space in arenas:
        prefix = f"{upper}_{space.name.upper()}"
        yield f"#define {prefix}_BYTES {space.bytes}u"
        yield f"#define {prefix}_ALIGN {space.align}u"
    if callers(plan):
        align = max(s.align for s in plan.spaces if s.port is not None)
        yield f"#define {upper}_IO_ALIGN {align}u /* of inputs and outputs */"
