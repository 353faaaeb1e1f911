"""SHAPE: the sizes of the input's axes, known at compile time.

Source: TFLite kernels/shape.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Kernel
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions
from .strided import EVERY, constant_kernel


@dataclass(frozen=True)
class ShapeOf(Op):
    """input → vector."""

    NAME: ClassVar[str] = "shape"
    TFLITE: ClassVar = ("SHAPE",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(
        Signature((t,), (out,)) for t in EVERY for out in (DType.INT32, DType.INT64)
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ShapeOf:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((len(site.input(0).shape),),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        return (np.array(site.input(0).shape, site.output.dtype.numpy),)

    def is_constant(self, site: Site) -> bool:
        return True

    def lower(self, site: Site, target: Target) -> Kernel:
        return constant_kernel(site, self.reference(site, [None])[0])
