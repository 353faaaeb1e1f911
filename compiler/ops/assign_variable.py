"""ASSIGN_VARIABLE: gives a variable a new value, kept for the next invocation.

Source: TFLite kernels/assign_variable.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..ir import Array, Site
from ..program import Form, In, InOut, Kernel
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .strided import EVERY

TYPES = EVERY


@rule("export the model again")
def same_shape(op: AssignVariable, site: Site) -> str | None:
    """A variable has the same shape throughout."""
    found = list(site.input(0).shape), list(site.input(1).shape)
    return None if found[0] == found[1] else f"{found[1]} for a variable of {found[0]}"


@dataclass(frozen=True)
class AssignVariable(Op):
    """variable, value → nothing."""

    NAME: ClassVar[str] = "assign_variable"
    TFLITE: ClassVar = ("ASSIGN_VARIABLE",)
    INPUTS: ClassVar = (2, 2)
    OUTPUTS: ClassVar = (0, 0)
    UPDATES: ClassVar = (0,)
    SIGNATURES: ClassVar = tuple(Signature((t, t), ()) for t in TYPES)
    RULES: ClassVar = (same_shape,)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> AssignVariable:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ()

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[1] is not None
        return (inputs[1],)

    def lower(self, site: Site, target: Target) -> Kernel:
        params = {"bytes": site.input(1).bytes}
        operands = (In(1), InOut(0, reads=False))
        return Kernel("nn_copy_bytes", "nn_copy_bytes.h", Form.WHOLE, params, operands, stands=0)
