"""PACK: the inputs, all of one shape, one after the other along a new axis.

Source: TFLite kernels/pack.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from .concatenation import join_moves
from .room import Shape, Signature, TfliteOptions, rule
from .split import MOST_PARTS
from .strided import Move, Movement

TYPES = (
    DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.UINT32, DType.INT64,
    DType.FLOAT32,
)  # fmt: skip


@rule("export the model again")
def inputs_of_one_shape(op: Pack, site: Site) -> str | None:
    """There are as many inputs as stated, all of the same shape, and the axis is the output's."""
    shapes = [() if t is None else t.shape for t in site.inputs]
    rank = len(shapes[0])
    if len(set(shapes)) == 1 and op.count == len(shapes) and -rank - 1 <= op.axis <= rank:
        return None
    return f"{op.count} of shapes {sorted({str(list(s)) for s in shapes})} along axis {op.axis}"


@dataclass(frozen=True)
class Pack(Movement):
    """`count` inputs → output of one axis more."""

    NAME: ClassVar[str] = "pack"
    TFLITE: ClassVar = ("PACK",)
    INPUTS: ClassVar = (1, MOST_PARTS)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)
    RULES: ClassVar = (inputs_of_one_shape,)

    axis: int
    count: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Pack:
        o: Any = options.read(tflite.PackOptions)
        return cls(o.Axis(), o.ValuesCount())

    def _axis(self, site: Site) -> int:
        return self.axis % (len(site.input(0).shape) + 1)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape, axis = site.input(0).shape, self._axis(site)
        return ((*shape[:axis], self.count, *shape[axis:]),)

    def moves(self, site: Site) -> tuple[Move, ...]:
        return join_moves(self.shapes(site)[0], self._axis(site), [1] * self.count)
