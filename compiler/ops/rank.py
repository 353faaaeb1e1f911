"""RANK: how many axes the input has. Source: TFLite kernels/rank.cc."""

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
class Rank(Op):
    """input → scalar."""

    NAME: ClassVar[str] = "rank"
    TFLITE: ClassVar = ("RANK",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (DType.INT32,)) for t in EVERY)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Rank:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        return (np.array(len(site.input(0).shape), np.int32),)

    def is_constant(self, site: Site) -> bool:
        return True

    def lower(self, site: Site, target: Target) -> Kernel:
        return constant_kernel(site, self.reference(site, [None])[0])
