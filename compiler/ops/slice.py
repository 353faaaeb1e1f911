"""SLICE: a box of the input.

Source: TFLite kernels/slice.cc: a size of -1 is what is left.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import ClassVar

from ..ir import DType, Site, Tensor
from .channels import Narrowing
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import EVERY, MOST_AXES, Move, Movement, move_of, steps_of


@rule("export the model again")
def box_fits(op: Op, site: Site) -> str | None:
    """Begin and size have one number per axis and give a box inside the input."""
    shape = site.input(0).shape
    begin, size = site.const(1).ravel().tolist(), site.const(2).ravel().tolist()
    if len(begin) == len(size) == len(shape) and all(
        0 <= b < n and (s == -1 or 0 < s <= n - b)
        for n, b, s in zip(shape, begin, size, strict=True)
    ):
        return None
    return f"begin {begin} and size {size} in {list(shape)}"


@dataclass(frozen=True)
class Slice(Movement):
    """input, begin (constant), size (constant) → output."""

    NAME: ClassVar[str] = "slice"
    TFLITE: ClassVar = ("SLICE",)
    INPUTS: ClassVar = (3, 3)
    SIGNATURES: ClassVar = tuple(
        Signature((t, i, i), (t,)) for t in EVERY for i in (DType.INT32, DType.INT64)
    )
    KEEPS: ClassVar = True
    RULES: ClassVar = (
        rank_of_input(0, *range(MOST_AXES + 1)),
        const_input(1, "begin"),
        const_input(2, "size"),
        box_fits,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Slice:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        begin, size = (site.const(i).ravel().tolist() for i in (1, 2))
        box = zip(site.input(0).shape, begin, size, strict=True)
        return (tuple(n - b if s == -1 else s for n, b, s in box),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        ((*shape,),) = self.shapes(site)
        steps = steps_of(site.input(0).shape)
        start = sum(b * step for b, step in zip(site.const(1).ravel().tolist(), steps, strict=True))
        return (move_of(shape, steps, steps_of(shape), start),)

    def narrowed(self, site: Site, narrowing: Narrowing) -> tuple[Op, Mapping[int, Tensor]]:
        begin, size = site.const(1).copy(), site.const(2).copy()
        kept = narrowing.inputs.get(0)
        first, count = int(begin.flat[-1]), site.output.shape[-1]
        if kept is not None:
            begin.flat[-1] = kept[:first].sum()
            size.flat[-1] = kept[first : first + count].sum()
        return self, {1: replace(site.input(1), data=begin), 2: replace(site.input(2), data=size)}
