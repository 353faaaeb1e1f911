"""CONSTANT: an output that is known at compile time. No operator of TFLite: `write_constants` makes
it where a network, or a branch of one, answers a constant."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..ir import Array, Site
from ..program import Kernel
from ..target import Target
from .room import Op, Shape, Signature
from .strided import EVERY, constant_kernel


@dataclass(frozen=True)
class Constant(Op):
    """constant → output."""

    NAME: ClassVar[str] = "constant"
    TFLITE: ClassVar = ()
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in EVERY)

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        return (site.const(0),)

    def lower(self, site: Site, target: Target) -> Kernel:
        return constant_kernel(site, site.const(0))
