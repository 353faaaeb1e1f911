"""CUMSUM: running sums along an axis, from either end, with or without the element itself.

Source: TFLite reference_ops::CumSum. Integers wrap.
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
from .room import Op, Shape, Signature, TfliteOptions
from .rules import const_input
from .split import axis_of, axis_within

TYPES = (DType.INT32, DType.INT64, DType.FLOAT32)


@dataclass(frozen=True)
class Cumsum(Op):
    """input, axis (constant) → output of the same shape."""

    NAME: ClassVar[str] = "cumsum"
    TFLITE: ClassVar = ("CUMSUM",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, DType.INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (const_input(1, "axis"), axis_within(1, 0))

    exclusive: bool = False
    reverse: bool = False

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Cumsum:
        o: Any = options.read(tflite.CumsumOptions)
        return cls(bool(o.Exclusive()), bool(o.Reverse()))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, axis = inputs[0], axis_of(site, 1, 0)
        assert x is not None
        ordered = np.moveaxis(x, axis, 0)[:: -1 if self.reverse else 1]
        with np.errstate(over="ignore"):
            sums = np.cumsum(ordered, axis=0, dtype=x.dtype)
        if self.exclusive:
            sums = np.concatenate([np.zeros_like(sums[:1]), sums[:-1]])
        return (np.ascontiguousarray(np.moveaxis(sums[:: -1 if self.reverse else 1], 0, axis)),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x, axis = site.input(0), axis_of(site, 1, 0)
        params = {
            "outer": prod(x.shape[:axis]), "size": x.shape[axis],
            "inner": prod(x.shape[axis + 1 :]),
            "exclusive": int(self.exclusive), "reverse": int(self.reverse),
        }  # fmt: skip
        function = f"nn_cumsum_{x.dtype.suffix}"
        return Kernel(function, "nn_cumsum.h", Form.WHOLE, params, (In(0), Out(0)))
