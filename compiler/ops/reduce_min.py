"""REDUCE_MIN: the least element over any axes.

Source: TFLite kernels/reduce.cc.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .reduce import INT32, Reduction, axes_in_range, few_runs_of_axes, quantised_like_the_input
from .room import Signature
from .rules import const_input

TYPES = (
    DType.INT8, DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32,
)  # fmt: skip


@dataclass(frozen=True)
class ReduceMin(Reduction):
    """See Reduction."""

    NAME: ClassVar[str] = "reduce_min"
    TFLITE: ClassVar = ("REDUCE_MIN",)
    SIGNATURES: ClassVar = tuple(Signature((t, INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (
        const_input(1, "axes"),
        quantised_like_the_input,
        axes_in_range,
        few_runs_of_axes,
    )

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        assert inputs[0] is not None
        found: Array = inputs[0].min(axis=tuple(self.axes(site)))
        return (found.reshape(self.shapes(site)[0]),)

    def lower(self, site: Site, target: Target) -> Kernel:
        function = f"nn_reduce_min_{site.output.dtype.suffix}"
        operands = (In(0), Out(0))
        return Kernel(function, "nn_reduce_min.h", Form.WHOLE, self.fields(site), operands)
