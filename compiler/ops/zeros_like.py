"""ZEROS_LIKE: zeros in the shape of the input.

Source: TFLite kernels/zeros_like.cc.
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
from .strided import fill_kernel

TYPES = (DType.INT32, DType.INT64, DType.FLOAT32)


@dataclass(frozen=True)
class ZerosLike(Op):
    """input → output."""

    NAME: ClassVar[str] = "zeros_like"
    TFLITE: ClassVar = ("ZEROS_LIKE",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ZerosLike:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        return (np.zeros(site.output.shape, site.output.dtype.numpy),)

    def is_constant(self, site: Site) -> bool:
        return True

    def lower(self, site: Site, target: Target) -> Kernel:
        return fill_kernel(site, 0)
