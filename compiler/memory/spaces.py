"""More than one piece of memory: regions of RAM, and inputs and outputs that the caller keeps.

Each space is a window of the plan's offsets, so that all who read a plan see one row of bytes. Of
the regions, which stand fastest first, each takes the buffers that are used most for their size, as
many as fit; the last takes the rest, and with it all inputs and outputs: it is the one that
peripherals reach. Where everything fits into the first, there is one arena. How much a buffer is
used is estimated: the bytes that layers read and write of it, and a share of their MACs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from ..errors import CompileError, Problem
from ..placement import BufferId, Plan, Space
from ..program import Buffer, ConstRef, Program, Role
from ..rows import RowView
from .plan import plan

_WINDOW_ALIGN = 64  # of a space's first offset: no less than that of any buffer
_QUICK = 40  # orders that are tried to see whether a buffer still fits


@dataclass(frozen=True)
class Limit:
    """A region of RAM and the bytes of it that the network may take (None: all it needs)."""

    name: str
    bytes: int | None


def plan_spaces(program: Program, limits: Sequence[Limit], callers: bool) -> Plan:
    """The plan for a network in these regions (none: one arena of any size); with `callers`, inputs
    and outputs stand with the caller. The last region may be too small: see check_limits."""
    apart = _ports(program) if callers else {}
    left = {i: b for i, b in program.buffers.items() if i not in apart.values()}
    parts: list[tuple[str, int | None, Plan]] = []
    if len(limits) > 1:
        whole = _planned(program, left)
        if limits[0].bytes is None or whole.arena_bytes <= limits[0].bytes:
            limits = limits[:1]
    for limit in limits[:-1]:
        chosen = _hottest(program, left, limit.bytes)
        if chosen and not any(b.bytes for i, b in left.items() if i not in chosen):
            chosen = left
        if chosen:
            parts.append((f"arena_{limit.name.lower()}", None, _planned(program, chosen)))
            left = {i: b for i, b in left.items() if i not in chosen}
    last = f"arena_{limits[-1].name.lower()}" if parts else "arena"
    if left or not parts:
        parts.append((last, None, _planned(program, left)))
    for name, buffer in apart.items():
        only = {buffer: program.buffers[buffer]}
        parts.append((name, int(name.rpartition("_")[2]), _planned(program, only)))
    return _joined(parts)


def _planned(program: Program, buffers: Mapping[BufferId, Buffer]) -> Plan:
    inside = [o for o in program.overlaps if o.out in buffers and o.into in buffers]
    return plan(buffers, inside)


def _joined(parts: Sequence[tuple[str, int | None, Plan]]) -> Plan:
    """The spaces one behind the other."""
    spaces: list[Space] = []
    offsets: dict[int, int] = {}
    base = 0
    for name, port, part in parts:
        offsets |= {i: at + base for i, at in part.offsets.items()}
        spaces.append(Space(name, base, part.arena_bytes, part.align, port))
        base += -(-part.arena_bytes // _WINDOW_ALIGN) * _WINDOW_ALIGN + _WINDOW_ALIGN
    arenas = [part for _, port, part in parts if port is None]
    total = sum(part.arena_bytes for part in arenas)
    bound = sum(part.lower_bound for part in arenas)
    align = max(part.align for part in arenas)
    return Plan(offsets, total, align, bound, tuple(spaces) if len(spaces) > 1 else ())


def _ports(program: Program) -> dict[str, BufferId]:
    """The inputs and outputs that can stand with the caller, by name: each a buffer of its own. An
    output that shares its buffer is copied at the end of a run."""
    found = {f"input_{i}": port.place.buffer for i, port in enumerate(program.inputs)}
    taken = set(found.values())
    for i, port in enumerate(program.outputs):
        b = port.place.buffer
        alone = [p.place.buffer for p in program.outputs].count(b) == 1
        whole = b in program.buffers and program.buffers[b].bytes == port.bytes
        if alone and whole and not port.place.offset and b not in taken:
            found[f"output_{i}"] = b
    return found


def _hottest(
    program: Program, buffers: Mapping[BufferId, Buffer], room: int | None
) -> dict[BufferId, Buffer]:
    """The buffers that are used most for their size, as many as there is room for."""
    if room is None:
        return dict(buffers)
    use = _use(program)
    ports = Role.INPUT, Role.OUTPUT
    movable = [i for i, b in buffers.items() if b.bytes and b.role not in ports]
    chosen: dict[BufferId, Buffer] = {}
    for i in sorted(movable, key=lambda i: (-use.get(i, 0) / max(buffers[i].bytes, 1), i)):
        more = {**chosen, i: buffers[i]}
        inside = [o for o in program.overlaps if o.out in more and o.into in more]
        if plan(more, inside, _QUICK, 0).arena_bytes <= room:
            chosen = more
    return chosen


def _use(program: Program) -> dict[BufferId, int]:
    """Bytes of each buffer that a run reads and writes, estimated."""
    use: dict[BufferId, int] = {}
    for layer in program.layers:
        for call in layer.calls:
            pointers = [p for p in call.pointers if not isinstance(p.at, ConstRef)]
            for p in pointers:
                place = p.at.place if isinstance(p.at, RowView) else p.at
                assert not isinstance(place, ConstRef)
                share = layer.macs // (len(pointers) * len(layer.calls))
                use[place.buffer] = use.get(place.buffer, 0) + p.bytes * call.images + share
    return use


def check_limits(found: Plan, limits: Sequence[Limit]) -> None:
    """Raises CompileError where the last region, which takes what is left, is too small for it."""
    arenas = [s for s in found.every_space if s.port is None]
    last = limits[-1] if limits else Limit("", None)
    if last.bytes is None or arenas[-1].bytes <= last.bytes:
        return
    need = arenas[-1].bytes
    raise CompileError(
        Problem(
            f"--ram-regions, {last.name}",
            f"{need:,} bytes needed in it, {need - last.bytes:,} too many",
            f"{last.bytes:,} bytes",
            "give the network more of a region, or name another one before it",
        )
    )
