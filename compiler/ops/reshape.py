"""RESHAPE: the same elements in the same order under another shape. Costs nothing.

Source: TFLite kernels/reshape.cc: a shape given as a vector input wins over the option; one
dimension may be -1 and is what the others leave.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import tflite

from ..ir import Array, DType, Site
from ..program import Alias
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions
from .rules import const_input, same_elements
from .strided import EVERY

TYPES = EVERY


@dataclass(frozen=True)
class Reshape(Op):
    """input, shape (int32 vector, optional) → output. `new_shape` counts where there is no shape
    input."""

    NAME: ClassVar[str] = "reshape"
    TFLITE: ClassVar = ("RESHAPE",)
    INPUTS: ClassVar = (1, 2)
    SIGNATURES: ClassVar = tuple(
        Signature((t, shape), (t,)) for t in TYPES for shape in (DType.INT32, None)
    )
    RULES: ClassVar = (const_input(1, "shape"), same_elements)

    new_shape: tuple[int, ...] = ()

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Reshape:
        o: Any = options.read(tflite.ReshapeOptions)
        return cls(tuple(o.NewShape(i) for i in range(o.NewShapeLength())) if o else ())

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        given = site.optional(1)
        stated = list(self.new_shape)
        if given is not None and len(given.shape) == 1:
            stated = [int(n) for n in site.const(1)]
        elif stated == [0]:  # how old files write a scalar
            stated = []
        if -1 in stated:
            others = prod(n for n in stated if n != -1)
            stated[stated.index(-1)] = site.input(0).elements // others if others else 0
        return (tuple(stated),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        return (inputs[0].reshape(site.output.shape),)

    def lower(self, site: Site, target: Target) -> Alias:
        return Alias()

    def is_identity(self, site: Site) -> bool:
        return site.input(0).shape == site.output.shape
