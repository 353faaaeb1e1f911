"""UNPACK: the slices of the input along an axis, without that axis.

Source: TFLite kernels/unpack.cc.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, ClassVar

import tflite

from ..ir import DType, Site
from .room import Shape, Signature, TfliteOptions, rule
from .split import MOST_PARTS, part_moves
from .strided import Move, Movement

TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.BOOL, DType.FLOAT32)


@rule("export the model again")
def one_output_a_slice(op: Unpack, site: Site) -> str | None:
    """The axis is one of the input's and has as many slices as there are outputs."""
    shape, outputs = site.input(0).shape, len(site.outputs)
    fits = -len(shape) <= op.axis < len(shape) and shape[op.axis] == outputs == op.count
    return None if fits else f"axis {op.axis} of {list(shape)} for {outputs} outputs"


@dataclass(frozen=True)
class Unpack(Movement):
    """input → `count` outputs of one axis less."""

    NAME: ClassVar[str] = "unpack"
    TFLITE: ClassVar = ("UNPACK",)
    INPUTS: ClassVar = (1, 1)
    OUTPUTS: ClassVar = (1, MOST_PARTS)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)
    RULES: ClassVar = (one_output_a_slice,)

    axis: int
    count: int

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Unpack:
        o: Any = options.read(tflite.UnpackOptions)
        return cls(o.Axis(), o.Num())

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = list(site.input(0).shape)
        shape.pop(self.axis)
        return (tuple(shape),) * self.count

    def moves(self, site: Site) -> tuple[Move, ...]:
        shape = site.input(0).shape
        return part_moves(shape, self.axis % len(shape), [1] * self.count, 0)
