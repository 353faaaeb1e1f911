"""TILE: the input, repeated along its axes. Source: TFLite kernels/tile.cc."""

from __future__ import annotations

import itertools
from dataclasses import dataclass
from typing import ClassVar

from ..ir import DType, Site
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import EVERY, MOST_AXES, Axis, Move, Movement, merged, steps_of


@rule("export the model again")
def one_number_an_axis(op: Op, site: Site) -> str | None:
    """The multiples are one positive number per axis."""
    times, shape = site.const(1).ravel().tolist(), site.input(0).shape
    return None if len(times) == len(shape) and min(times, default=1) > 0 else f"{times} of {shape}"


@dataclass(frozen=True)
class Tile(Movement):
    """input, multiples (constant) → output."""

    NAME: ClassVar[str] = "tile"
    TFLITE: ClassVar = ("TILE",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(
        Signature((t, times), (t,)) for t in EVERY for times in (DType.INT32, DType.INT64)
    )
    KEEPS: ClassVar = True
    RULES: ClassVar = (
        rank_of_input(0, *range(MOST_AXES + 1)),
        const_input(1, "multiples"),
        one_number_an_axis,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Tile:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        times = site.const(1).ravel().tolist()
        return (tuple(n * t for n, t in zip(site.input(0).shape, times, strict=True)),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        """One, unless its axes are more than a kernel walks over: then one for each repetition
        along the outermost axes."""
        shape, times = site.input(0).shape, site.const(1).ravel().tolist()
        in_steps, out_steps = steps_of(shape), steps_of(self.shapes(site)[0])
        elements = [Axis(*axis) for axis in zip(shape, in_steps, out_steps, strict=True)]
        repeats = [Axis(t, 0, n * s) for t, n, s in zip(times, shape, out_steps, strict=True)]
        apart: list[Axis] = []
        while len(merged([*repeats, *elements])) > MOST_AXES:
            apart.append(repeats.pop(0))
        starts = itertools.product(*([a.out_step * i for i in range(a.size)] for a in apart))
        return tuple(Move((*repeats, *elements), out_start=sum(s)) for s in starts)
