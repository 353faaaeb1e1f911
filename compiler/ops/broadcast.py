"""Broadcasting: axes of size 1 (or absent at the front) of an operand are repeated."""

from __future__ import annotations

from ..ir import Site
from ..program import Literal
from .room import Op, Shape, rule

MOST_AXES = 6


def broadcast_shape(a: Shape, b: Shape) -> Shape | None:
    """The common shape, or None where there is none (TFLite CalculateShapeForBroadcast)."""
    rank = max(len(a), len(b))
    a, b = (1,) * (rank - len(a)) + a, (1,) * (rank - len(b)) + b
    if any(m != n and 1 not in (m, n) for m, n in zip(a, b, strict=True)):
        return None
    return tuple(n if m == 1 else m for m, n in zip(a, b, strict=True))


@rule("reshape the inputs before")
def inputs_broadcast(op: Op, site: Site) -> str | None:
    """The shapes of the inputs broadcast; at most 6 axes."""
    a, b = site.input(0).shape, site.input(1).shape
    shape = broadcast_shape(a, b)
    if shape is None or len(shape) > MOST_AXES:
        return f"shapes {list(a)} and {list(b)}"
    return None


def broadcast_axes(a: Shape, b: Shape) -> dict[str, Literal]:
    """The fields of nn_broadcast_t (as `axes`) for two operands: sizes of the output's axes and
    the steps of both operands along them, neighbouring axes merged where both allow it."""
    shape = broadcast_shape(a, b)
    assert shape is not None
    merged: list[tuple[int, int, int]] = []  # (size, step of a, step of b), innermost first
    steps = [1, 1]
    for axis in range(1, len(shape) + 1):
        size = shape[-axis]
        sizes = [s[-axis] if axis <= len(s) else 1 for s in (a, b)]
        here = [step if n > 1 else 0 for n, step in zip(sizes, steps, strict=True)]
        steps = [step * n for n, step in zip(sizes, steps, strict=True)]
        if size == 1:
            continue
        if merged and all(
            h == m * merged[-1][0] for h, m in zip(here, merged[-1][1:], strict=True)
        ):
            last = merged.pop()
            merged.append((last[0] * size, last[1], last[2]))
        else:
            merged.append((size, here[0], here[1]))
    merged += [(1, 0, 0)] * (MOST_AXES - len(merged))
    fields: dict[str, Literal] = {}
    for number, (size, step_a, step_b) in enumerate(reversed(merged)):
        fields[f"axes.size{number}"] = size
        fields[f"axes.a{number}"] = step_a
        fields[f"axes.b{number}"] = step_b
    return fields
