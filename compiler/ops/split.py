"""SPLIT: the input cut along an axis into equal parts.

Source: TFLite kernels/split.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from .channels import Tied
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import const_input
from .strided import Move, Movement, move_of, steps_of

TYPES = (
    DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32,
)  # fmt: skip
MOST_PARTS = 1024


def axis_within(axis_input: int, data_input: int) -> Rule:
    """The axis, a constant input, is one of the data's."""

    def test(op: Op, site: Site) -> str | None:
        rank, axes = len(site.input(data_input).shape), site.const(axis_input).ravel().tolist()
        fits = len(axes) == 1 and -rank <= axes[0] < rank
        return None if fits else f"axis {axes} of a rank {rank}"

    return Rule("axis one number in [-rank, rank)", "export the model again", test)


def axis_of(site: Site, axis_input: int, data_input: int) -> int:
    """The axis, counted from the first."""
    return int(site.const(axis_input).ravel()[0]) % len(site.input(data_input).shape)


def parts(shape: Shape, axis: int, sizes: Sequence[int]) -> tuple[Shape, ...]:
    """The shapes of parts of the given sizes along an axis."""
    return tuple((*shape[:axis], n, *shape[axis + 1 :]) for n in sizes)


def part_moves(shape: Shape, axis: int, sizes: Sequence[int], data_input: int) -> tuple[Move, ...]:
    """Output i is part i of the input."""
    steps = steps_of(shape)
    moves, start = [], 0
    for i, part in enumerate(parts(shape, axis, sizes)):
        move = move_of(part, steps, steps_of(part), start * steps[axis])
        moves.append(replace(move, input=data_input, output=i))
        start += sizes[i]
    return tuple(moves)


@rule("export the model again")
def parts_are_equal(op: Split, site: Site) -> str | None:
    """The size along the axis is a multiple of the number of outputs."""
    size, count = site.input(1).shape[axis_of(site, 0, 1)], len(site.outputs)
    if op.count == count and size % count == 0:
        return None
    return f"{size} elements in {op.count} parts for {count} outputs"


@dataclass(frozen=True)
class Split(Movement):
    """axis (constant), input → `count` outputs."""

    NAME: ClassVar[str] = "split"
    TFLITE: ClassVar = ("SPLIT",)
    INPUTS: ClassVar = (2, 2)
    OUTPUTS: ClassVar = (1, MOST_PARTS)
    DATA: ClassVar = 1
    SIGNATURES: ClassVar = tuple(Signature((DType.INT32, t), (t,)) for t in TYPES)
    RULES: ClassVar = (const_input(0, "axis"), axis_within(0, 1), parts_are_equal)

    count: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Split:
        o: Any = options.read(tflite.SplitOptions)
        return cls(o.NumSplits())

    def cuts(self, site: Site) -> tuple[int, list[int]]:
        """The axis, and the parts' sizes along it."""
        axis = axis_of(site, 0, 1)
        return axis, [site.input(1).shape[axis] // self.count] * self.count

    def channels(self, site: Site) -> Tied | None:
        """Parts along the channels would not stay equal."""
        widths = {t.shape[-1:] for t in (site.input(self.DATA), *site.outputs)}
        return self.ties(site) if len(widths) == 1 else None

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return parts(site.input(1).shape, *self.cuts(site))

    def moves(self, site: Site) -> tuple[Move, ...]:
        return part_moves(site.input(1).shape, *self.cuts(site), 1)
