"""SUM over any axes; 8-bit integers are requantised.

Those: (sum(q) - count * zero) * in_scale / out_scale, rounded twice. Source: TFLite
kernels/reduce.cc, reference_ops::QuantizedMeanOrSum.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import integer_range, multiply_by_quantized_multiplier, quantize_multiplier
from ..target import Target
from .reduce import INT32, Reduction, axes_in_range, few_runs_of_axes
from .room import Signature, rule
from .rules import activations_quantised, const_input

QUANTISED = (DType.INT8, DType.UINT8)
TYPES = (*QUANTISED, DType.INT32, DType.INT64, DType.FLOAT32)


@rule("quantise the model with a representative data set")
def small_integers_quantised(op: Sum, site: Site) -> str | None:
    """8-bit integers carry one positive scale and a zero point."""
    small = site.input(0).dtype in QUANTISED
    return activations_quantised.test(op, site) if small else None


@rule("add up in two steps")
def sums_fit(op: Sum, site: Site) -> str | None:
    """8-bit integers: sums, shifted left as their multiplier asks, stay within 32 bits."""
    x = site.input(0)
    if x.dtype not in QUANTISED:
        return None
    low, high = integer_range(x.dtype)
    largest = (high - low) * op.count(site) << max(op.multiplier(site)[1], 0)
    return None if largest < 1 << 31 else f"sums up to {largest:.3g}"


@dataclass(frozen=True)
class Sum(Reduction):
    """See Reduction."""

    NAME: ClassVar[str] = "sum"
    TFLITE: ClassVar = ("SUM",)
    SIGNATURES: ClassVar = tuple(Signature((t, INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (
        const_input(1, "axes"),
        small_integers_quantised,
        axes_in_range,
        few_runs_of_axes,
        sums_fit,
    )

    def multiplier(self, site: Site) -> tuple[int, int]:
        """Multiplier and shift of sums."""
        return quantize_multiplier(site.input(0).scale / site.output.scale)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, out, axes = inputs[0], site.output, tuple(self.axes(site))
        assert x is not None
        ((*shape,),) = self.shapes(site)
        if x.dtype.kind == "f":
            return (x.astype(np.float64).sum(axis=axes).astype(np.float32).reshape(shape),)
        sums = x.astype(np.int64).sum(axis=axes)
        if out.dtype in QUANTISED:
            sums = sums - site.input(0).zero_point * self.count(site)
            scaled = multiply_by_quantized_multiplier(sums, *self.multiplier(site))
            sums = np.clip(scaled + out.zero_point, *integer_range(out.dtype))
        return (np.asarray(sums).astype(out.dtype.numpy).reshape(shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        out = site.output
        function, operands = f"nn_reduce_sum_{out.dtype.suffix}", (In(0), Out(0))
        if out.dtype not in QUANTISED:
            return Kernel(function, "nn_reduce_sum.h", Form.WHOLE, self.fields(site), operands)
        multiplier, shift = self.multiplier(site)
        scaling: dict[str, Literal] = {
            "start": -site.input(0).zero_point * self.count(site),
            "multiplier": multiplier, "shift": shift, "out_zero": out.zero_point,
        }  # fmt: skip
        params = self.fields(site, "axes.") | scaling
        return Kernel(function, "nn_reduce_sum.h", Form.WHOLE, params, operands)
