"""REDUCE_MAX: the greatest element over any axes; and what REDUCE_MIN shares.

Source: TFLite kernels/reduce.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..target import Target
from .binary import ELEMENTS
from .reduce import INT32, Reduction, axes_in_range, few_runs_of_axes, quantised_like_the_input
from .room import Signature
from .rules import const_input

TYPES = (
    DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.BOOL, DType.FLOAT32,
)  # fmt: skip


def lower_extreme(op: Reduction, site: Site, least: bool) -> Kernel:
    """The kernel that finds the least or the greatest elements."""
    dtype = site.output.dtype
    params: dict[str, Literal] = {**op.fields(site, "axes."), "least": int(least)}
    function = f"nn_reduce_extreme_{dtype.suffix}"
    if dtype not in (DType.INT64, DType.FLOAT32):
        function, params = "nn_reduce_extreme_int", params | {"type": ELEMENTS[dtype]}
    return Kernel(function, "nn_reduce_extreme.h", Form.WHOLE, params, (In(0), Out(0)))


@dataclass(frozen=True)
class ReduceMax(Reduction):
    """See Reduction."""

    NAME: ClassVar[str] = "reduce_max"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("REDUCE_MAX",)
    LEAST: ClassVar = False
    SIGNATURES: ClassVar = tuple(Signature((t, INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (
        const_input(1, "axes"),
        quantised_like_the_input,
        axes_in_range,
        few_runs_of_axes,
    )

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, axes = inputs[0], tuple(self.axes(site))
        assert x is not None
        found: Array = x.min(axis=axes) if self.LEAST else x.max(axis=axes)
        return (found.reshape(self.shapes(site)[0]),)

    def lower(self, site: Site, target: Target) -> Kernel:
        return lower_extreme(self, site, self.LEAST)
