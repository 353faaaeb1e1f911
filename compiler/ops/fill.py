"""FILL: a tensor of one value, which may come at run time.

Source: TFLite kernels/fill.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..ir import DType, Site
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input
from .strided import EVERY, Move, Movement, move_of, steps_of


@rule("export the model again")
def one_value(op: Op, site: Site) -> str | None:
    """The value is one element; no axis of the shape is negative."""
    value, shape = site.input(1), site.const(0).ravel().tolist()
    if value.elements == 1 and all(n >= 0 for n in shape):
        return None
    return f"{value.elements} values for the shape {shape}"


@dataclass(frozen=True)
class Fill(Movement):
    """shape (constant), value → output."""

    NAME: ClassVar[str] = "fill"
    TFLITE: ClassVar = ("FILL",)
    INPUTS: ClassVar = (2, 2)
    DATA: ClassVar = 1
    SIGNATURES: ClassVar = tuple(
        Signature((shape, t), (t,)) for t in EVERY for shape in (DType.INT32, DType.INT64)
    )
    RULES: ClassVar = (const_input(0, "shape"), one_value)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Fill:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (tuple(int(n) for n in site.const(0).ravel()),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        ((*shape,),) = self.shapes(site)
        move = move_of(shape, [0] * len(shape), steps_of(shape))
        return (Move(move.axes, input=1),)
