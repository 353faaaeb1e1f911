"""The interface of a network whose input comes row by row: declarations and functions."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ..placement import Plan, Space
from ..program import Program
from ..rows import Stream
from .c_layers import arguments, offset_of


def stream_declarations(program: Program, plan: Plan, stream: Stream) -> list[str]:
    """What the header says of it."""
    name, upper = program.name, program.name.upper()
    written = "the arena and the state" if program.state else "the arena"
    return [
        "/* The input comes row by row and is never held as a whole. The arena stays as it is from",
        " * the first row of a frame to the last. */",
        f"#define {upper}_ROWS {stream.rows}u /* of a frame */",
        f"#define {upper}_ROW_ELEMENTS {stream.row_elements}u",
        f"#define {upper}_ROW_BYTES {stream.row_bytes}u",
        "",
        "/* Begins a frame: to be called before the first, where a frame is broken off, and where",
        " * the arena was used for something else since the last. */",
        f"void {name}_begin(void *{_counting(plan, stream).name});",
        "",
        "/* Takes the next row and computes all that it makes possible; the row is read during the",
        " * call alone. Answers 1 with the last row of a frame: the outputs are there, and what",
        " * comes next begins a new frame. Answers 0 before, and -1, without doing anything, where",
        f" * no frame was begun. Re-entrant: all it writes is {written}. */",
        f"int {name}_push_row({_parameters(program, plan, stream)});",
    ]


def _parameters(program: Program, plan: Plan, stream: Stream) -> str:
    """What the user hands over with a row."""
    state = f", {program.name}_state_t *state" if program.state else ""
    arenas = ", ".join(f"void *{s.name}" for s in plan.every_space)
    return f"{arenas}{state}, const {stream.ctype} *row"


def _counting(plan: Plan, stream: Stream) -> Space:
    """The space in which the rows of a frame are counted."""
    return plan.space_at(plan.offsets[stream.position.buffer])


def stream_functions(
    program: Program, plan: Plan, stream: Stream, calls: Sequence[str]
) -> Iterator[str]:
    """The functions; `calls` are those of a run, the head region's first."""
    name, region = program.name, calls[0].strip().split("(")[0]
    counting = _counting(plan, stream).name
    rows = f"(int32_t *)(void *)((uint8_t *){counting} + {offset_of(plan, stream.position)})"
    # Layers read it through the same kind of pointer as the arena.
    row = "(uint8_t *)(uintptr_t)row"
    yield f"void {name}_begin(void *{counting}) {{ *{rows} = 0; }}"
    yield ""
    yield f"int {name}_push_row({_parameters(program, plan, stream)}) {{"
    yield from (f"  uint8_t *const {s.pointer} = {s.name};" for s in plan.every_space)
    if program.state:
        yield f"  {name}_state_t *const s = state;"
    yield f"  int32_t *const rows = {rows}; /* of this frame so far */"
    yield "  const int32_t y = *rows;"
    yield f"  if (y < 0 || y >= {stream.rows}) {{"
    yield "    return -1;"
    yield "  }"
    if stream.rows > 1:
        yield f"  if (y < {stream.rows - 1}) {{"
        yield f"    {region}({arguments(program, plan)}, {', '.join(_turns(stream))}, {row});"
        yield "    *rows = y + 1;"
        yield "    return 0;"
        yield "  }"
    last = stream.turns_of(stream.rows - 1)
    yield f"  {region}({arguments(program, plan)}, {last.start}, {stream.turns}, {row});"
    yield from calls[1:]
    yield "  *rows = 0;"
    yield "  return 1;"
    yield "}"


def _turns(stream: Stream) -> tuple[str, str]:
    """The turns of row y where it is not the last, as C: those of Stream.turns_of."""
    first, after = "y", f"y + {stream.wait + 1}"
    if stream.wait:
        first = f"y > 0 ? y + {stream.wait} : 0"
    if stream.turns_of(stream.rows - 2).stop < stream.rows - 1 + stream.wait:
        after = f"{after} < {stream.turns} ? {after} : {stream.turns}"
    return first, after
