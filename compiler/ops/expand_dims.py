"""EXPAND_DIMS: the input with one more axis, of size 1. Costs nothing.

Source: TFLite kernels/expand_dims.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..ir import DType, Site
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input
from .strided import EVERY, Move, Movement, move_of


@rule("export the model again")
def axis_of_output(op: Op, site: Site) -> str | None:
    """The axis is one number in [-rank - 1, rank]."""
    axes, rank = site.const(1).ravel().tolist(), len(site.input(0).shape)
    fits = len(axes) == 1 and -rank - 1 <= axes[0] <= rank
    return None if fits else f"axis {axes} for a rank {rank}"


@dataclass(frozen=True)
class ExpandDims(Movement):
    """input, axis (constant) → output."""

    NAME: ClassVar[str] = "expand_dims"
    TFLITE: ClassVar = ("EXPAND_DIMS",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(
        Signature((t, axis), (t,)) for t in EVERY for axis in (DType.INT32, DType.INT64)
    )
    KEEPS: ClassVar = True
    RULES: ClassVar = (const_input(1, "axis"), axis_of_output)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ExpandDims:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = site.input(0).shape
        axis = int(site.const(1).ravel()[0]) % (len(shape) + 1)
        return ((*shape[:axis], 1, *shape[axis:]),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        return (move_of([site.input(0).elements], [1], [1]),)
