"""What an arena's size is made of."""

from __future__ import annotations

from ..placement import BufferId, Plan
from ..program import Buffer, Program


def live(program: Program, step: int) -> list[tuple[BufferId, Buffer]]:
    """The buffers that live at a step and take bytes, the largest first."""
    found = [(b, x) for b, x in program.buffers.items() if x.first <= step <= x.last and x.bytes]
    return sorted(found, key=lambda item: (-item[1].bytes, item[0]))


def used(program: Program, plan: Plan, step: int) -> int:
    """The bytes that the buffers of a step take; those that two share count once."""
    end = total = 0
    for at, b in sorted((plan.offsets[i], x.bytes) for i, x in live(program, step)):
        total += max(at + b - max(at, end), 0)
        end = max(end, at + b)
    return total


def peak_step(program: Program, plan: Plan) -> int:
    """The step whose buffers take most together."""
    steps = sorted({x.first for x in program.buffers.values()})
    return max(steps, key=lambda s: (used(program, plan, s), -s), default=0)


def short_name(name: str) -> str:
    """The part of a tensor's name that tells it from others; converters join many with ';'."""
    return name.split(";")[0][:48]


def layer_at(program: Program, step: int) -> str:
    """What runs at a step, for messages: layers are numbered by their step."""
    if step < 0:
        return "before the first layer"
    names = [layer.name for layer in program.layers if int(layer.name.split("_")[0]) == step]
    return f"layer {names[0]}" if names else f"step {step}"
