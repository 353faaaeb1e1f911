"""BROADCAST_TO: the input repeated along axes of size 1, and along new ones at the front.

Source: TFLite kernels/broadcast_to.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from ..ir import DType, Site
from .broadcast import broadcast_shape
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input
from .strided import EVERY, MOST_AXES, Move, Movement, move_of, steps_of


@rule("export the model again")
def shape_is_reached(op: Op, site: Site) -> str | None:
    """The shape, of up to 6 axes, is one that the input broadcasts to."""
    shape, x = tuple(int(n) for n in site.const(1).ravel()), site.input(0).shape
    fits = len(x) <= len(shape) <= MOST_AXES and broadcast_shape(x, shape) == shape
    return None if fits else f"{list(x)} to {list(shape)}"


@dataclass(frozen=True)
class BroadcastTo(Movement):
    """input, shape (constant) → output."""

    NAME: ClassVar[str] = "broadcast_to"
    TFLITE: ClassVar = ("BROADCAST_TO",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(
        Signature((t, shape), (t,)) for t in EVERY for shape in (DType.INT32, DType.INT64)
    )
    RULES: ClassVar = (const_input(1, "shape"), shape_is_reached)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> BroadcastTo:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (tuple(int(n) for n in site.const(1).ravel()),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        ((*shape,),) = self.shapes(site)
        x = (1,) * (len(shape) - len(site.input(0).shape)) + site.input(0).shape
        in_steps = [0 if n == 1 else step for n, step in zip(x, steps_of(x), strict=True)]
        return (move_of(shape, in_steps, steps_of(shape)),)
