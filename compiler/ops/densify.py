"""DENSIFY: a sparse constant as a dense one. Costs nothing.

Reading the file puts the values of sparse constants where they belong (tflite/sparsity.py), so that
nothing is left to do here.
Source: TFLite kernels/densify.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..ir import Array, DType, Site
from ..program import Alias
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions
from .rules import const_input

TYPES = (DType.INT8, DType.FLOAT16, DType.FLOAT32)


@dataclass(frozen=True)
class Densify(Op):
    """constant → the same, dense."""

    NAME: ClassVar[str] = "densify"
    TFLITE: ClassVar = ("DENSIFY",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)
    RULES: ClassVar = (const_input(0, "input"),)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Densify:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        return (inputs[0],)

    def lower(self, site: Site, target: Target) -> Alias:
        return Alias()

    def is_identity(self, site: Site) -> bool:
        return True
