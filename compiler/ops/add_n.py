"""ADD_N: the sum of several tensors of one shape.

Source: TFLite kernels/add_n.cc: added in the order of the inputs.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Operand, Out
from ..target import Target
from .binary import ELEMENTS
from .room import Op, Shape, Signature, TfliteOptions, rule

AT_ONCE = 8  # inputs of a kernel, runtime/nn_add_n.h
MOST_INPUTS = 1024


@rule("reshape the inputs before")
def shapes_are_equal(op: Op, site: Site) -> str | None:
    """All inputs have one shape."""
    shapes = [site.input(i).shape for i in range(len(site.inputs))]
    return None if len(set(shapes)) == 1 else f"shapes {list(map(list, shapes))}"


@dataclass(frozen=True)
class AddN(Op):
    """a, b, … → output of the same shape."""

    NAME: ClassVar[str] = "add_n"
    TFLITE: ClassVar = ("ADD_N",)
    INPUTS: ClassVar = (2, MOST_INPUTS)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar = (
        Signature((DType.FLOAT32,), (DType.FLOAT32,)),
        Signature((DType.INT32,), (DType.INT32,)),
    )
    RULES: ClassVar = (shapes_are_equal,)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> AddN:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        first, *others = [x for x in inputs if x is not None]
        with np.errstate(over="ignore"):
            total = first
            for x in others:
                total = np.add(total, x)
        return (total,)

    def lower(self, site: Site, target: Target) -> Kernel:
        operands: list[Operand] = [In(i) for i in range(len(site.inputs))]
        assert len(operands) <= AT_ONCE, "the pass split_sums makes several of it"
        params = {"type": ELEMENTS[site.output.dtype], "count": len(operands)}
        every = (*operands, *operands[:1] * (AT_ONCE - len(operands)), Out(0))
        return Kernel("nn_add_n", "nn_add_n.h", Form.FLAT, params, every, site.output.elements)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {i: 0 for i in range(len(site.inputs))}
