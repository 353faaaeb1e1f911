"""MEAN: the mean over any axes; quantised integers in the output's quantisation, others towards 0.

Quantised: (sum(q) - count * zero) requantised once, by a multiplier that holds the division by the
count, truncated. Source: TFLite reference_ops::QuantizedMeanOrSum, reference_ops::Mean.
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
from .int16 import int16_symmetric
from .reduce import Reduction, axes_in_range, few_runs_of_axes, sums_of_rows
from .requant import SHIFT_ANY, SHIFT_RIGHT, SMALL_ACCUMULATOR
from .room import Signature, rule
from .rules import const_input
from .sum import QUANTISED, lower_integers, lower_quantised, narrow_integers_quantised

INT8, UINT8, INT16 = DType.INT8, DType.UINT8, DType.INT16
INT32, INT64, FLOAT32 = DType.INT32, DType.INT64, DType.FLOAT32
TYPES = (INT8, UINT8, INT16, INT32, INT64, FLOAT32)
MOST = 1 << 23  # elements in a mean: their sum fits int32


@rule("average in two steps")
def count_in_range(op: Mean, site: Site) -> str | None:
    """Means are of at least 1 and fewer than 2^23 elements (int16: 2^15)."""
    count = op.count(site)
    most = MOST >> 8 * (site.input(0).dtype is INT16)
    return None if 1 <= count < most else f"means of {count} elements"


@dataclass(frozen=True)
class Mean(Reduction):
    """See Reduction."""

    NAME: ClassVar[str] = "mean"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("MEAN",)
    SIGNATURES: ClassVar = tuple(Signature((t, INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (
        const_input(1, "axes"),
        narrow_integers_quantised,
        axes_in_range,
        count_in_range,
        few_runs_of_axes,
        int16_symmetric,
    )

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        axes, count = tuple(self.axes(site)), self.count(site)
        ((*shape,),) = self.shapes(site)
        if site.output.dtype.is_float:
            means = x.astype(np.float64).sum(axis=axes) / count
            return (means.astype(np.float32).reshape(shape),)
        if site.output.dtype not in QUANTISED:
            sums = np.asarray(x.astype(np.int64).sum(axis=axes))
            towards_0 = sums // count + ((sums < 0) & (sums % count != 0))
            return (towards_0.astype(x.dtype).reshape(shape),)
        sums = x.astype(np.int64).sum(axis=axes) - site.input(0).zero_point * count
        scaled = multiply_by_quantized_multiplier(sums, *self._multiplier(site))
        means = np.clip(scaled + site.output.zero_point, *integer_range(site.output.dtype))
        return (means.astype(x.dtype).reshape(shape),)

    def _multiplier(self, site: Site) -> tuple[int, int]:
        """Multiplier and shift of sums: those of the scales, divided by the count."""
        multiplier, shift = quantize_multiplier(site.input(0).scale / site.output.scale)
        count = self.count(site)
        # As many bits of the count as the total shift leaves room for (at most 31 to the right).
        bits = min(count.bit_length() - 1, 32, 31 + shift)
        return (multiplier << bits) // count, shift - bits

    def reduce(self, site: Site, rows: int, target: Target) -> Kernel | None:
        x = site.input(0)
        if x.dtype is not INT8 or len(x.shape) != 4 or x.shape[:2] != (1, rows):
            return None
        if self.axes(site) != {1, 2}:
            return None
        params: dict[str, Literal] = {"in_h": x.shape[1], "in_w": x.shape[2], "c": x.shape[3]}
        narrow, sums = sums_of_rows(site)
        return Kernel(
            "nn_mean_rows_s8", "nn_mean_rows_s8.h", Form.REDUCE,
            params | self._scaling(site) | narrow,
            (In(0), Out(0), sums),
        )  # fmt: skip

    def _scaling(self, site: Site) -> dict[str, Literal]:
        """How an int8 mean is made of a sum."""
        multiplier, shift = self._multiplier(site)
        # |sum(q - zero)| <= 255 * count
        small = shift <= -1 and 255 * self.count(site) < SMALL_ACCUMULATOR
        return {
            "in_zero": site.input(0).zero_point, "out_zero": site.output.zero_point,
            "multiplier": multiplier, "shift": shift,
            "rounding": SHIFT_RIGHT if small else SHIFT_ANY,
        }  # fmt: skip

    def lower(self, site: Site, target: Target) -> Kernel:
        x, count = site.input(0), self.count(site)
        params = {"count": count} | self.fields(site, taken="mean")
        if x.dtype.is_float:
            return Kernel("nn_mean_f32", "nn_mean_f32.h", Form.WHOLE, params, (In(0), Out(0)))
        if x.dtype in (INT32, INT64):
            return lower_integers(self, site, count)
        if x.dtype is not INT8:
            return lower_quantised(self, site, self._multiplier(site))
        params |= self._scaling(site)
        return Kernel("nn_mean_s8", "nn_mean_s8.h", Form.WHOLE, params, (In(0), Out(0)))
