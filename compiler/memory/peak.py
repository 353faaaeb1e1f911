"""What an arena's size is made of."""

from __future__ import annotations

from ..placement import BufferId
from ..program import Buffer, Program


def live(program: Program, step: int) -> list[tuple[BufferId, Buffer]]:
    """The buffers that live at a step, the largest first."""
    found = [(b, x) for b, x in program.buffers.items() if x.first <= step <= x.last]
    return sorted(found, key=lambda item: (-item[1].bytes, item[0]))


def peak_step(program: Program) -> int:
    """The step at which the live buffers take most together (overlaps not subtracted)."""
    steps = sorted({x.first for x in program.buffers.values()})
    return max(steps, key=lambda s: (sum(x.bytes for _, x in live(program, s)), -s), default=0)


def short_name(name: str) -> str:
    """The part of a tensor's name that tells it from others; converters join many with ';'."""
    return name.split(";")[0][:48]


def layer_at(program: Program, step: int) -> str:
    """What runs at a step, for messages: layers are numbered by their step."""
    if step < 0:
        return "before the first layer"
    names = [layer.name for layer in program.layers if int(layer.name.split("_")[0]) == step]
    return f"layer {names[0]}" if names else f"step {step}"
