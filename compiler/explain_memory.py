"""`netsuke explain-memory`: the arena over time, drawn, and what its peak consists of."""

from __future__ import annotations

import string

from rich.console import Console
from rich.table import Table
from rich.text import Text

from .memory.peak import layer_at, live, peak_step, short_name, used
from .placement import BufferId, Plan
from .program import Program, Region

ROWS = 24  # of the map
LETTERS = string.ascii_uppercase + string.ascii_lowercase + string.digits
COLOURS = ("cyan", "magenta", "yellow", "green", "blue", "red")
PIPE_WIDTH = 120


def explain(program: Program, plan: Plan) -> None:
    """Prints the memory map, the legend and the peak."""
    console = Console(highlight=False)
    if not console.is_terminal:
        console = Console(highlight=False, width=PIPE_WIDTH)
    gap = plan.arena_bytes - plan.lower_bound
    proof = "optimal for this schedule" if gap <= 0 else f"at most {gap:,} above the least"
    console.print(Text(f"{program.name}: arena {plan.arena_bytes:,} bytes, {proof}"))
    if program.order:
        of = "another than the file's" if program.order.searched else "the file's"
        text = f"order of execution: {of}; of live bytes over whole layers {program.order.said}"
        console.print(Text(text), soft_wrap=True)
    if program.state:
        console.print(Text(f"state, kept between runs: {program.state_bytes:,} bytes"))
    if program.stream:
        s = program.stream
        text = f"input: {s.rows} rows of {s.row_bytes:,} bytes, one by one; with the caller"
        console.print(Text(text))
    console.print()
    taking = [b for b, x in program.buffers.items() if x.bytes]
    shown = sorted(taking, key=lambda b: (program.buffers[b].first, plan.offsets[b]))
    letters = {b: LETTERS[i % len(LETTERS)] for i, b in enumerate(shown)}
    steps = sorted({s for x in program.buffers.values() for s in (x.first, x.last)})
    _map(console, program, plan, letters, steps)
    console.print(_legend(program, plan, letters))
    _steps(console, program, plan, letters, steps)
    step = peak_step(program, plan)
    most = f"most is live at {layer_at(program, step)}: {used(program, plan, step):,} bytes"
    console.print(Text(most), soft_wrap=True)
    for item in program.schedule:
        if isinstance(item, Region):
            names = [program.layers[s.layer].name for s in item.stages]
            text = f"depth first, row by row: {names[0]} to {names[-1]}, {len(item.turns)} turns"
            console.print(Text(text), soft_wrap=True)


def _map(
    console: Console,
    program: Program,
    plan: Plan,
    letters: dict[BufferId, str],
    steps: list[int],
) -> None:
    """Addresses down, steps across; a letter is a buffer, the later one where two overlap."""
    height = max(1, -(-plan.end // ROWS))
    for top in range(0, plan.end, height):
        line = Text(f"{top:>9,} │")
        for step in steps:
            here = [
                b
                for b, x in program.buffers.items()
                if x.first <= step <= x.last
                and plan.offsets[b] < top + height
                and plan.offsets[b] + x.bytes > top
            ]
            owner = max(here, key=lambda b: (program.buffers[b].first, b), default=None)
            if owner is None:
                line.append("·", style="dim")
            else:
                line.append(letters[owner], style=COLOURS[LETTERS.index(letters[owner]) % 6])
        console.print(line, no_wrap=True, overflow="crop")
    console.print(Text("   bytes  └" + "─" * len(steps) + "  steps"))
    console.print()


def _steps(
    console: Console, program: Program, plan: Plan, letters: dict[BufferId, str], steps: list[int]
) -> None:
    """What the bytes of each step consist of, the largest first."""
    console.print(Text("\n   bytes  of which (what two share counts once)"))
    for step in steps:
        parts = " ".join(letters[b] for b, _ in live(program, step))
        text = f"{used(program, plan, step):>8,}  {parts}: {layer_at(program, step)}"
        console.print(Text(text), soft_wrap=True)
    console.print()


def _legend(program: Program, plan: Plan, letters: dict[BufferId, str]) -> Table:
    table = Table(box=None, pad_edge=False)
    for name in ("", "offset", "bytes", "steps", "role", "tensor"):
        right = name in ("offset", "bytes")
        table.add_column(
            name, justify="right" if right else "left", overflow="ellipsis", no_wrap=True
        )
    for b, letter in letters.items():
        x = program.buffers[b]
        span = f"{max(x.first, 0)}–{x.last}"
        cells = (
            letter,
            f"{plan.offsets[b]:,}",
            f"{x.bytes:,}",
            span,
            x.role.value,
            short_name(x.name),
        )
        table.add_row(*(Text(c) for c in cells))
    return table
