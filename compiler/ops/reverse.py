"""REVERSE_V2: the order of elements turned round along some axes.

Source: TFLite kernels/reverse.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..ir import DType, Site
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import MOST_AXES, STORED, Move, Movement, move_of, steps_of


@rule("export the model again")
def axes_differ(op: Op, site: Site) -> str | None:
    """The axes are a list of different numbers in [-rank, rank)."""
    axes, rank = site.const(1).ravel().tolist(), len(site.input(0).shape)
    named = {a % rank for a in axes if -rank <= a < rank}
    return None if len(named) == len(axes) else f"axes {axes} of a rank {rank}"


@dataclass(frozen=True)
class Reverse(Movement):
    """input, axes (constant) → output."""

    NAME: ClassVar[str] = "reverse"
    TFLITE: ClassVar = ("REVERSE_V2",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, DType.INT32), (t,)) for t in STORED)
    KEEPS: ClassVar = True
    RULES: ClassVar = (
        rank_of_input(0, *range(1, MOST_AXES + 1)),
        const_input(1, "axes"),
        axes_differ,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Reverse:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def moves(self, site: Site) -> tuple[Move, ...]:
        shape = site.input(0).shape
        steps = steps_of(shape)
        turned = {int(a) % len(shape) for a in site.const(1).ravel()}
        in_steps = [-s if a in turned else s for a, s in enumerate(steps)]
        start = sum((shape[a] - 1) * steps[a] for a in turned)
        return (move_of(shape, in_steps, steps, start),)
