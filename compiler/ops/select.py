"""SELECT_V2 and SELECT: out = a where the condition holds, b elsewhere.

Source: TFLite kernels/select.cc: SELECT_V2 broadcasts all three; SELECT takes a and b of one shape
and a condition of that shape, a scalar, or one value per index of the first axis.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..target import Target
from .broadcast import MOST_AXES, axes_fields, broadcast_shape, repeated_overlap
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .strided import EVERY

TYPES = EVERY


def common_shape(*shapes: Shape) -> Shape | None:
    """What the shapes broadcast to, if to anything of at most 6 axes."""
    common: Shape | None = ()
    for shape in shapes:
        common = None if common is None else broadcast_shape(common, shape)
    return common if common is None or len(common) <= MOST_AXES else None


@rule("reshape the inputs before")
def operands_broadcast(op: SelectV2, site: Site) -> str | None:
    """The shapes of condition and values broadcast; at most 6 axes."""
    shapes = op.operand_shapes(site)
    return None if common_shape(*shapes) is not None else f"shapes {list(map(list, shapes))}"


@rule("requantise them before")
def values_alike(op: Op, site: Site) -> str | None:
    """Values and output have the same scales and zero points."""
    quants = {t.quant for t in (site.input(1), site.input(2), site.output) if t.quant}
    return "other scales or zero points" if len(quants) > 1 else None


@dataclass(frozen=True)
class SelectV2(Op):
    """condition (bool), a, b → output of the shape that they broadcast to."""

    NAME: ClassVar[str] = "select_v2"
    TFLITE: ClassVar[tuple[str, ...]] = ("SELECT_V2",)
    INPUTS: ClassVar = (3, 3)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar = tuple(Signature((DType.BOOL, t, t), (t,)) for t in TYPES)
    RULES: ClassVar[tuple[Rule, ...]] = (operands_broadcast, values_alike)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Op:
        return cls()

    def operand_shapes(self, site: Site) -> tuple[Shape, Shape, Shape]:
        """The shapes of condition, a and b as they broadcast."""
        return site.input(0).shape, site.input(1).shape, site.input(2).shape

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = common_shape(*self.operand_shapes(site))
        assert shape is not None
        return (shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        condition, a, b = inputs
        assert condition is not None and a is not None and b is not None
        return (np.where(condition.reshape(self.operand_shapes(site)[0]), a, b),)

    def lower(self, site: Site, target: Target) -> Kernel:
        params: dict[str, Literal] = {"bytes": site.output.dtype.bytes}
        params |= axes_fields(("size", "c", "a", "b"), *self.operand_shapes(site))
        operands = (In(0), In(1), In(2), Out(0))
        return Kernel("nn_select", "nn_select.h", Form.WHOLE, params, operands)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return repeated_overlap(site)


@rule("use SELECT_V2, or reshape the inputs before")
def shapes_are_equal(op: Op, site: Site) -> str | None:
    """Both values have one shape; the condition has it, too, or is a scalar, or has one value per
    index of the first axis."""
    c, a, b = (site.input(i).shape for i in range(3))
    fits = c in (a, ()) or (len(c) == 1 and c == a[:1])
    return None if a == b and fits else f"shapes {list(c)}, {list(a)}, {list(b)}"


@dataclass(frozen=True)
class Select(SelectV2):
    """condition (bool), a, b → output of the shape of a and b."""

    NAME: ClassVar[str] = "select"
    TFLITE: ClassVar[tuple[str, ...]] = ("SELECT",)
    RULES: ClassVar[tuple[Rule, ...]] = (shapes_are_equal, operands_broadcast, values_alike)

    def operand_shapes(self, site: Site) -> tuple[Shape, Shape, Shape]:
        c, a, b = (site.input(i).shape for i in range(3))
        return (c if c == a else c + (1,) * (len(a) - len(c)) if c else c), a, b
