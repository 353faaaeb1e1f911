"""Program + Plan → program.txt of --dump-ir: what runs in which order, and what stands where."""

from __future__ import annotations

from collections.abc import Iterator

from ..placement import Place, Plan
from ..program import Argument, Call, ConstRef, Program, Region


def program_text(program: Program, plan: Plan) -> str:
    """One line a layer call and a buffer."""
    lines = [
        f"program {program.name}: arena {plan.arena_bytes} bytes, at least {plan.lower_bound}",
        "",
        "schedule",
    ]
    if program.stream:
        s = program.stream
        lines.append(f"  input row by row: {s.rows} rows of {s.row_bytes} bytes, wait {s.wait}")
    for item in program.schedule:
        if isinstance(item, Region):
            step = f" of {item.turns.step} rows" if item.turns.step > 1 else ""
            lines.append(f"  depth first, {len(item.turns)} turns{step}")
            for stage in item.stages:
                r = stage.ready
                turn = "t" if r.times == 1 else f"{r.times} * t"
                rows = f"rows ready: clamp(({turn} + {r.add}) / {r.divisor}, 0, {r.height})"
                lines.append(f"    {program.layers[stage.layer].name}: {rows}")
                for k in stage.keeps:
                    lines.append(f"      keep {k.depth} rows of {k.row_bytes} bytes: {_at(k.line)}")
        else:
            lines.append(f"  {program.layers[item].name}")
    lines += ["", "layers"]
    for layer in program.layers:
        lines.append(f"  {layer.name}: {layer.ir}")
        lines += [f"    {text}" for call in layer.calls for text in _call(call, program)]
    lines += ["", "buffers: offset, bytes, first and last step"]
    for b, buffer in sorted(program.buffers.items(), key=lambda x: plan.offsets.get(x[0], -1)):
        span = f"{plan.offsets.get(b, 0):8} {buffer.bytes:8} {buffer.first:4} {buffer.last:4}"
        lines.append(f"  #{b:<5} {span}  {buffer.role.value:7} {buffer.name}")
    return "\n".join(lines) + "\n"


def _call(call: Call, program: Program) -> Iterator[str]:
    loop = f" for {call.each_row} rows at most" if call.each_row > 1 else ""
    loop = " for each row" if call.each_row == 1 else loop
    loop += f" for each of {call.images} images" if call.images > 1 else ""
    yield f"{call.function}{loop}"
    for p in call.pointers:
        kind = "writes" if p.writes else "reads "
        yield f"  {kind} {p.ctype} {_at(p.at, program)}"


def _at(at: Argument, program: Program | None = None) -> str:
    if isinstance(at, ConstRef):
        assert program is not None
        const = program.consts[at.index]
        return f"{const.name}, {const.data.nbytes} bytes of flash"
    if isinstance(at, Place):
        return f"#{at.buffer} + {at.offset}"
    held = "all rows" if at.depth == at.height else f"{at.depth} of {at.height} rows"
    fresh = f", fresh ones at {_at(at.fresh)}" if at.fresh else ""
    return f"{_at(at.place)}, {held} of {at.stride} elements{fresh}"
