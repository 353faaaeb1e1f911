"""GATHER_ND: slices of the input, each named by an index for each of its first axes.

Source: TFLite reference_ops::GatherNd. TFLite stops at an index outside its axis; generated code
reads the nearest slice.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Literal, Out
from ..target import Target
from .gather import INDEX_TYPES, gather_kernel
from .room import Op, Shape, Signature, TfliteOptions, rule
from .strided import MOST_AXES, STORED, steps_of


@rule("export the model again")
def indices_name_axes(op: GatherNd, site: Site) -> str | None:
    """The last axis of the indices is as long as the number of axes they name: 1 to 6, and no more
    than there are. Constant ones lie within these axes."""
    x, indices = site.input(0).shape, site.input(1).shape
    if not indices or not 1 <= indices[-1] <= min(len(x), MOST_AXES):
        return f"indices {list(indices)} of {list(x)}"
    if site.input(1).is_const:
        data = site.const(1).reshape(-1, indices[-1])
        if (data < 0).any() or (data >= np.array(x[: indices[-1]])).any():
            return "indices outside of their axes"
    return None


@dataclass(frozen=True)
class GatherNd(Op):
    """input, indices [..., axes] → output."""

    NAME: ClassVar[str] = "gather_nd"
    TFLITE: ClassVar = ("GATHER_ND",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, i), (t,)) for t in STORED for i in INDEX_TYPES)
    RULES: ClassVar = (indices_name_axes,)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> GatherNd:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        x, indices = site.input(0).shape, site.input(1).shape
        return ((*indices[:-1], *x[indices[-1] :]),)

    def _slices(self, site: Site, indices: Array) -> Array:
        """Which slice each tuple of indices names."""
        shape = site.input(0).shape[: site.input(1).shape[-1]]
        near = np.clip(indices.reshape(-1, len(shape)).astype(np.int64), 0, np.array(shape) - 1)
        found: Array = near @ np.array(steps_of(shape), np.int64)
        return found

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, indices = inputs[0], inputs[1]
        assert x is not None and indices is not None
        named = prod(x.shape[: indices.shape[-1]])
        found = x.reshape(named, -1)[self._slices(site, indices)]
        return (found.reshape(self.shapes(site)[0]),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x, indices = site.input(0), site.input(1)
        shape = x.shape[: indices.shape[-1]]
        run = prod(x.shape[len(shape) :]) * x.dtype.bytes
        count = indices.elements // len(shape)
        if indices.is_const:
            slices = Const("slices", self._slices(site, site.const(1)).astype(np.int32))
            return gather_kernel(site, slices, DType.INT32, (1, 1, prod(shape), count, run))
        params: dict[str, Literal] = {"count": count, "depth": len(shape)}
        for axis, (size, step) in enumerate(zip(shape, steps_of(shape), strict=True)):
            params |= {f"size{axis}": size, f"step{axis}": step}
        function = f"nn_gather_nd_{indices.dtype.suffix}"
        operands = (In(0), In(1), Out(0))
        return Kernel(function, "nn_gather_nd.h", Form.WHOLE, params | {"run": run}, operands)
