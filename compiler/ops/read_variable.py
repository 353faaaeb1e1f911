"""READ_VARIABLE: the value of a variable. An alias of the state as long as no update is near.

Source: TFLite kernels/read_variable.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..ir import Array, Site
from ..program import Alias, Kernel
from ..target import Target
from .assign_variable import TYPES
from .room import Op, Shape, Signature, TfliteOptions


@dataclass(frozen=True)
class ReadVariable(Op):
    """variable → value."""

    NAME: ClassVar[str] = "read_variable"
    TFLITE: ClassVar = ("READ_VARIABLE",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in TYPES)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ReadVariable:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        return (inputs[0],)

    def lower(self, site: Site, target: Target) -> Kernel | Alias:
        """The lowering makes a copy of it where the variable is updated before the last use."""
        return Alias()
