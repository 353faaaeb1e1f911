"""RESHAPE: the same elements in the same order under another shape. Costs nothing.

Source: TFLite kernels/reshape.cc: a shape given as a vector input wins over the option; one
dimension may be -1 and is what the others leave.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from math import prod
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site, Tensor
from ..program import Alias
from ..target import Target
from .channels import Narrowing, Tied
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
    MONOTONE: ClassVar = True
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

    def channels(self, site: Site) -> Tied | None:
        """In memory channels repeat: where one number of channels divides the other, a channel of
        the larger number is always the same one of the smaller."""
        if not site.input(0).shape or not site.output.shape:
            return None
        before, after = site.input(0).shape[-1], site.output.shape[-1]
        if before % after and after % before:
            return None
        if before > after:
            return None  # several channels would make one
        return Tied({(0, 0): np.arange(after) % before})

    def narrowed(self, site: Site, narrowing: Narrowing) -> tuple[Op, Mapping[int, Tensor]]:
        shape = site.output.shape
        kept = narrowing.outputs.get(0)
        shape = shape if kept is None else (*shape[:-1], int(kept.sum()))
        given = site.optional(1)
        if given is None or len(given.shape) != 1:
            return replace(self, new_shape=shape), {}
        return self, {1: replace(given, data=np.array(shape, given.dtype.numpy))}

    def is_identity(self, site: Site) -> bool:
        return site.input(0).shape == site.output.shape
