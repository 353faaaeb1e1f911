"""ONE_HOT: along a new axis one value at each index, another elsewhere.

Source: TFLite one_hot.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import const_input

TYPES = (DType.INT8, DType.UINT8, DType.INT32, DType.INT64, DType.BOOL, DType.FLOAT32)
INDEX_TYPES = (DType.INT32, DType.INT64)


@rule("export the model again")
def single_values(op: OneHot, site: Site) -> str | None:
    """The depth is one number above 0, both values are single ones, and the axis is one of the
    output's."""
    counts = [site.input(i).elements for i in (1, 2, 3)]
    if counts != [1, 1, 1]:
        return f"{counts} values"
    rank = len(site.input(0).shape)
    if not -1 <= op.axis <= rank:
        return f"axis {op.axis} of a rank {rank + 1}"
    return None if op.depth(site) > 0 else f"depth {op.depth(site)}"


@dataclass(frozen=True)
class OneHot(Op):
    """indices, depth (constant), value at an index, value elsewhere → output."""

    NAME: ClassVar[str] = "one_hot"
    TFLITE: ClassVar = ("ONE_HOT",)
    INPUTS: ClassVar = (4, 4)
    DATA: ClassVar = 2
    SIGNATURES: ClassVar = tuple(
        Signature((i, DType.INT32, t, t), (t,)) for t in TYPES for i in INDEX_TYPES
    )
    RULES: ClassVar[tuple[Rule, ...]] = (const_input(1, "depth"), single_values)

    axis: int = -1

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> OneHot:
        o: Any = options.read(tflite.OneHotOptions)
        return cls(o.Axis())

    def depth(self, site: Site) -> int:
        return int(site.const(1).ravel()[0])

    def place(self, site: Site) -> int:
        """The new axis, counted from the first."""
        return len(site.input(0).shape) if self.axis == -1 else self.axis

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape, axis = site.input(0).shape, self.place(site)
        return ((*shape[:axis], self.depth(site), *shape[axis:]),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        indices, _, on, off = inputs
        assert indices is not None and on is not None and off is not None
        axis = self.place(site)
        steps = np.arange(self.depth(site)).reshape([-1] + [1] * (indices.ndim - axis))
        hot = np.expand_dims(indices, axis) == steps
        return (np.where(hot, on.ravel()[0], off.ravel()[0]).astype(site.output.dtype.numpy),)

    def lower(self, site: Site, target: Target) -> Kernel:
        indices, axis = site.input(0), self.place(site)
        params = {
            "outer": prod(indices.shape[:axis]), "depth": self.depth(site),
            "inner": prod(indices.shape[axis:]), "bytes": site.output.dtype.bytes,
        }  # fmt: skip
        function = f"nn_one_hot_{indices.dtype.suffix}"
        operands = (In(0), In(2), In(3), Out(0))
        return Kernel(function, "nn_one_hot.h", Form.WHOLE, params, operands)
