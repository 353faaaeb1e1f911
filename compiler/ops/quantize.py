"""QUANTIZE: float32 to integers, or integers to integers of another scale and zero point.

Source: TFLite reference_ops::AffineQuantize (one float32 division, ties away from zero) and
reference_ops::Requantize (two roundings).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..quant import (
    Int64Array,
    integer_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from ..target import Target
from .pointwise import lower_function, scales_are_comparable, values_of
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised
from .steps import round_half_away

INT8, UINT8, INT16, INT32 = DType.INT8, DType.UINT8, DType.INT16, DType.INT32
FLOAT32 = DType.FLOAT32


@rule("quantise the model again")
def int16_symmetric(op: Quantize, site: Site) -> str | None:
    """int16 to int16: zero points 0."""
    x, out = site.input(0), site.output
    if x.dtype is not INT16 or out.dtype is not INT16:
        return None
    zeros = x.zero_point, out.zero_point
    return f"zero points {zeros}" if any(zeros) else None


@rule("quantise the model again")
def int32_keeps_within_32_bits(op: Quantize, site: Site) -> str | None:
    """int32 inputs have the zero point 0 and at most half of the output's scale."""
    x, out = site.input(0), site.output
    if x.dtype is not INT32 or (x.zero_point == 0 and 2 * x.scale <= out.scale):
        return None
    return f"zero point {x.zero_point}, scales {x.scale:.3g} in, {out.scale:.3g} out"


@dataclass(frozen=True)
class Quantize(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "quantize"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("QUANTIZE",)
    INPUTS: ClassVar = (1, 1)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar = (
        Signature((FLOAT32,), (INT8,)),
        Signature((FLOAT32,), (UINT8,)),
        Signature((FLOAT32,), (INT16,)),
        Signature((INT8,), (INT8,)),
        Signature((INT8,), (UINT8,)),
        Signature((UINT8,), (INT8,)),
        Signature((UINT8,), (UINT8,)),
        Signature((INT8,), (INT16,)),
        Signature((UINT8,), (INT16,)),
        *(Signature((INT16,), (t,)) for t in (INT8, INT16, INT32)),
        *(Signature((INT32,), (t,)) for t in (INT8, INT16)),
    )
    RULES: ClassVar = (
        activations_quantised,
        scales_are_comparable,
        int16_symmetric,
        int32_keeps_within_32_bits,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Quantize:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, out = inputs[0], site.output
        assert x is not None
        low, high = integer_range(out.dtype)
        if x.dtype.kind != "f":
            return (self._function(site, x.astype(np.int64)).astype(out.dtype.numpy),)
        with np.errstate(over="ignore", invalid="ignore"):
            ratio = (x.astype(np.float32) / np.float32(out.scale)).astype(np.float64)
        ends = low - out.zero_point, high - out.zero_point
        bounded = np.clip(np.where(np.isnan(ratio), ends[0], ratio), *ends)
        return ((round_half_away(bounded) + out.zero_point).astype(out.dtype.numpy),)

    def _function(self, site: Site, x: Int64Array) -> Int64Array:
        """Integers to integers."""
        a, out = site.input(0), site.output
        multiplier, shift = quantize_multiplier(a.scale / out.scale)
        scaled = multiply_by_quantized_multiplier(x - a.zero_point, multiplier, shift)
        return np.clip(scaled + out.zero_point, *integer_range(out.dtype))

    def lower(self, site: Site, target: Target) -> Kernel:
        x, out = site.input(0), site.output
        if not x.dtype.is_float and {x.dtype, out.dtype} & {INT16, INT32}:
            return _rescale(site)
        if not x.dtype.is_float:
            values = self._function(site, values_of(x.dtype))
            return lower_function(site, values, x.scale / out.scale)
        low, high = integer_range(out.dtype)
        function = f"nn_quantize_f32_{out.dtype.suffix}"
        params = {
            "scale": out.scale, "zero": out.zero_point,
            "low": float(low - out.zero_point), "high": float(high - out.zero_point),
        }  # fmt: skip
        return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0)), out.elements)

    def overlap(self, site: Site) -> Mapping[int, int]:
        """Elements do not grow, so what is written is never ahead of what is read."""
        return {0: 0} if site.output.dtype.bytes <= site.input(0).dtype.bytes else {}

    def is_identity(self, site: Site) -> bool:
        x, out = site.input(0), site.output
        if x.dtype is not out.dtype or x.dtype.is_float:
            return False
        values = values_of(x.dtype)
        return bool((self._function(site, values) == values).all())


def _rescale(site: Site) -> Kernel:
    """From or to int16, from int32: by TFLite's two roundings, value for value."""
    x, out = site.input(0), site.output
    multiplier, shift = quantize_multiplier(x.scale / out.scale)
    low, high = integer_range(out.dtype)
    function = f"nn_requantize_{x.dtype.suffix}_{out.dtype.suffix}"
    params = {
        "in_zero": x.zero_point, "multiplier": multiplier, "shift": shift,
        "out_zero": out.zero_point, "low": low, "high": high,
    }  # fmt: skip
    return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0)), out.elements)
