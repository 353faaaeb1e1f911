"""What ARG_MAX and ARG_MIN share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions
from .rules import const_input
from .split import axis_of, axis_within

TYPES = (DType.INT8, DType.UINT8, DType.INT32, DType.BOOL, DType.FLOAT32)
INDEX_TYPES = (DType.INT32, DType.INT64)
SIGNATURES = tuple(
    Signature((t, axis), (out,)) for t in TYPES for axis in INDEX_TYPES for out in INDEX_TYPES
)


@dataclass(frozen=True)
class Arg(Op):
    """input, axis (constant) → indices, without that axis. Not a number is behind every number."""

    INPUTS: ClassVar = (2, 2)
    RULES: ClassVar = (const_input(1, "axis"), axis_within(1, 0))

    LEAST: ClassVar[int]

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Arg:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape, axis = site.input(0).shape, axis_of(site, 1, 0)
        return (shape[:axis] + shape[axis + 1 :],)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        behind = np.inf if self.LEAST else -np.inf
        known = np.where(np.isnan(x), behind, x) if x.dtype.kind == "f" else x
        find = np.argmin if self.LEAST else np.argmax
        found = find(known, axis=axis_of(site, 1, 0))
        return (np.asarray(found).astype(site.output.dtype.numpy),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x, axis = site.input(0), axis_of(site, 1, 0)
        kind = "u8" if x.dtype is DType.BOOL else x.dtype.suffix
        function = f"nn_arg_{kind}_{site.output.dtype.suffix}"
        params = {
            "outer": prod(x.shape[:axis]), "size": x.shape[axis],
            "inner": prod(x.shape[axis + 1 :]), "least": self.LEAST,
        }  # fmt: skip
        return Kernel(function, "nn_arg.h", Form.WHOLE, params, (In(0), Out(0)))
