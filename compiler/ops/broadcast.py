"""Broadcasting: axes of size 1 (or absent at the front) of an operand are repeated."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from ..ir import Site
from ..program import Const, Form, In, Kernel, Literal, Operand, Out
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


def merged_axes(*shapes: Shape) -> list[tuple[int, ...]]:
    """The axes of more than one element of what the shapes broadcast to, innermost first: size and
    the step of each operand along it (0: repeated). Neighbouring axes are merged where all operands
    allow it."""
    rank = max(map(len, shapes))
    padded = [(1,) * (rank - len(s)) + s for s in shapes]
    merged: list[tuple[int, ...]] = []
    steps = [1] * len(shapes)
    for sizes in reversed(list(zip(*padded, strict=True))):
        size = max(sizes) if 0 not in sizes else 0
        here = [step if n > 1 else 0 for n, step in zip(sizes, steps, strict=True)]
        steps = [step * n for n, step in zip(sizes, steps, strict=True)]
        if size == 1:
            continue
        if merged and all(
            h == m * merged[-1][0] for h, m in zip(here, merged[-1][1:], strict=True)
        ):
            last = merged.pop()
            merged.append((last[0] * size, *last[1:]))
        else:
            merged.append((size, *here))
    return merged


def broadcast_axes(a: Shape, b: Shape) -> dict[str, Literal]:
    """The fields of nn_broadcast_t (as `axes`) for two operands."""
    return axes_fields(("axes.size", "axes.a", "axes.b"), a, b)


def axes_fields(names: Sequence[str], *shapes: Shape) -> dict[str, Literal]:
    """Sizes and steps of six axes, outermost first, as fields with these names and numbers."""
    merged = merged_axes(*shapes)
    merged += [(1, *(0 for _ in shapes))] * (MOST_AXES - len(merged))
    return {
        f"{name}{number}": value
        for number, axis in enumerate(reversed(merged))
        for name, value in zip(names, axis, strict=True)
    }


def pair_kernel(site: Site, function: str, params: Mapping[str, Literal]) -> Kernel:
    """The kernel of a function of two elements: `nn_<function>` over units where its operands are
    repeated along one axis at most, else `nn_<…>_broadcast_<…>`, both in one header.

    A constant that every unit reads anew stays where it is when the kernel runs row by row.
    """
    a, b = site.input(0), site.input(1)
    header = f"nn_{function}.h"
    merged = merged_axes(a.shape, b.shape)
    if len(merged) > 2:
        stem, _, kind = function.partition("_")
        whole = f"nn_{stem}_broadcast" + (f"_{kind}" if kind else "")
        axes = broadcast_axes(a.shape, b.shape)
        return Kernel(whole, header, Form.WHOLE, axes | dict(params), (In(0), In(1), Out(0)))
    if len(merged) < 2:  # one after the other
        units, a_unit, b_unit = merged[0] if merged else (1, 0, 0)
        width, a_step, b_step = 1, 0, 0
    else:
        (width, a_step, b_step), (units, a_unit, b_unit) = merged
    pairs: dict[str, Literal] = {
        "pairs.width": width, "pairs.a_unit": a_unit, "pairs.a_step": a_step,
        "pairs.b_unit": b_unit, "pairs.b_step": b_step,
    }  # fmt: skip
    found: list[Operand] = []
    for i, (tensor, unit) in enumerate(((a, a_unit), (b, b_unit))):
        if tensor.is_const and unit == 0:
            found.append(Const(f"input_{i}", site.const(i).ravel(), tensor.dtype.c))
        else:
            found.append(In(i))
    every = (*found, Out(0))
    return Kernel(f"nn_{function}", header, Form.FLAT, pairs | dict(params), every, units)


def repeated_overlap(site: Site) -> dict[int, int]:
    """Op.overlap of kernels that go through the output's elements in order: an input that is not
    repeated is read where the output is written, or further on."""
    grown = site.output.dtype.bytes
    return {
        i: max(0, grown - t.dtype.bytes) * max(site.output.elements - 1, 0)
        for i, t in enumerate(site.inputs)
        if t is not None and t.elements == site.output.elements
    }
