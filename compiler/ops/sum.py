"""SUM over any axes; quantised integers are requantised.

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
from .binary import ELEMENTS
from .int16 import int16_symmetric
from .reduce import INT32, Reduction, axes_in_range, few_runs_of_axes
from .room import Op, Signature, rule
from .rules import activations_quantised, const_input

QUANTISED = (DType.INT8, DType.UINT8, DType.INT16)
TYPES = (*QUANTISED, DType.INT32, DType.INT64, DType.FLOAT32)


@rule("quantise the model with a representative data set")
def narrow_integers_quantised(op: Op, site: Site) -> str | None:
    """int8, uint8 and int16 carry one positive scale and a zero point."""
    narrow = site.input(0).dtype in QUANTISED
    return activations_quantised.test(op, site) if narrow else None


@rule("add up in two steps")
def sums_fit(op: Sum, site: Site) -> str | None:
    """Quantised: sums, shifted left as their multiplier asks, stay within 32 bits."""
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
        narrow_integers_quantised,
        int16_symmetric,
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
        if out.dtype in QUANTISED:
            return lower_quantised(self, site, self.multiplier(site))
        if not out.dtype.is_float:
            return lower_integers(self, site, count=1)
        fields = self.fields(site)
        return Kernel("nn_reduce_sum_f32", "nn_reduce_sum.h", Form.WHOLE, fields, (In(0), Out(0)))


def lower_quantised(op: Reduction, site: Site, scaling: tuple[int, int]) -> Kernel:
    """The kernel of sums that a multiplier and a shift turn into sums or means."""
    x, out, (multiplier, shift) = site.input(0), site.output, scaling
    low, high = integer_range(out.dtype)
    params: dict[str, Literal] = {
        "type": ELEMENTS[out.dtype], "start": -x.zero_point * op.count(site),
        "multiplier": multiplier, "shift": shift, "out_zero": out.zero_point,
        "low": low, "high": high,
    }  # fmt: skip
    params |= op.fields(site, "axes.")
    function, operands = "nn_reduce_sum_quantised", (In(0), Out(0))
    return Kernel(function, "nn_reduce_sum.h", Form.WHOLE, params, operands)


def lower_integers(op: Reduction, site: Site, count: int) -> Kernel:
    """The kernel of sums of int32 or int64 over count."""
    function, operands = f"nn_reduce_sum_{site.output.dtype.suffix}", (In(0), Out(0))
    params = {**op.fields(site, "axes."), "count": count}
    return Kernel(function, "nn_reduce_sum.h", Form.WHOLE, params, operands)
