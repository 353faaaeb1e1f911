"""SQUEEZE: the input without axes of size 1. Costs nothing.

Source: TFLite kernels/squeeze.cc: without stated axes, all of size 1 go.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import Site
from .room import Shape, Signature, TfliteOptions, rule
from .strided import EVERY, Move, Movement, move_of


@rule("export the model again")
def axes_of_size_1(op: Squeeze, site: Site) -> str | None:
    """The axes exist and have size 1."""
    shape = site.input(0).shape
    rank = len(shape)
    fits = all(-rank <= a < rank and shape[a] == 1 for a in op.axes)
    return None if fits else f"axes {list(op.axes)} of {list(shape)}"


@dataclass(frozen=True)
class Squeeze(Movement):
    """input → output. No `axes`: all axes of size 1."""

    NAME: ClassVar[str] = "squeeze"
    TFLITE: ClassVar = ("SQUEEZE",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in EVERY)
    RULES: ClassVar = (axes_of_size_1,)

    axes: tuple[int, ...] = ()

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Squeeze:
        o: Any = options.read(tflite.SqueezeOptions)
        return cls(tuple(o.SqueezeDims(i) for i in range(o.SqueezeDimsLength())) if o else ())

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = site.input(0).shape
        gone = {a % len(shape) for a in self.axes}
        if not self.axes:
            gone = {a for a, n in enumerate(shape) if n == 1}
        return (tuple(n for a, n in enumerate(shape) if a not in gone),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        return (move_of([site.input(0).elements], [1], [1]),)
