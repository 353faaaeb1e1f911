"""TRANSPOSE: axis i of the output is axis permutation[i] of the input.

Source: TFLite kernels/transpose.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..ir import DType, Site
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input
from .strided import EVERY, MOST_AXES, Move, Movement, move_of, steps_of


@rule("export the model again")
def permutation_fits(op: Op, site: Site) -> str | None:
    """The permutation names each axis once."""
    rank = len(site.input(0).shape)
    axes = [int(a) for a in site.const(1).ravel()]
    named = sorted(a + rank if a < 0 else a for a in axes)
    return None if named == list(range(rank)) else f"permutation {axes} of {rank} axes"


@dataclass(frozen=True)
class Transpose(Movement):
    """input, permutation (constant) → output."""

    NAME: ClassVar[str] = "transpose"
    TFLITE: ClassVar = ("TRANSPOSE",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, DType.INT32), (t,)) for t in EVERY)
    KEEPS: ClassVar = True
    RULES: ClassVar = (
        rank_of_input(0, *range(MOST_AXES + 1)),
        const_input(1, "permutation"),
        permutation_fits,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Transpose:
        return cls()

    def permutation(self, site: Site) -> list[int]:
        """Which axis of the input each axis of the output is."""
        rank = len(site.input(0).shape)
        return [int(a) % rank for a in site.const(1).ravel()]

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = site.input(0).shape
        return (tuple(shape[axis] for axis in self.permutation(site)),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        ((*shape,),) = self.shapes(site)
        steps = steps_of(site.input(0).shape)
        in_steps = [steps[axis] for axis in self.permutation(site)]
        return (move_of(shape, in_steps, steps_of(shape)),)
