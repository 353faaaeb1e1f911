"""LOG_SOFTMAX: the logarithm of SOFTMAX along the last axis: x - max - log(sum(exp(x - max))).

Source: TFLite reference_ops::LogSoftmax and reference_integer_ops::LogSoftmax, which for 8 bits
computes in gemmlowp's fixed point (log_x_for_x_greater_than_or_equal_to_1).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import (
    Int64Array,
    integer_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
)
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised
from .softmax import INTEGER_BITS, LARGEST, SUM_BITS, exponentials, reciprocal

FRACTION = 31 - INTEGER_BITS  # bits after the point of differences and logarithms
OUTPUT_BITS = 4  # after the point of outputs


@rule("reshape the input before")
def has_an_axis(op: Op, site: Site) -> str | None:
    """The input has at least one axis, and elements; integers at most 4095 along the last one."""
    x = site.input(0)
    if not x.shape or not x.elements:
        return f"shape {list(x.shape)}"
    return None if x.dtype.is_float or x.shape[-1] <= 4095 else f"{x.shape[-1]} elements"


@rule("convert the model again with TensorFlow Lite's converter")
def output_in_sixteenths(op: Op, site: Site) -> str | None:
    """Integers: the output's scale is 1/16, its zero point the greatest value; the input's scale is
    above 2^-26."""
    x, out = site.input(0), site.output
    if x.dtype.is_float:
        return None
    if x.scale <= 2.0**-FRACTION:
        return f"an input scale of {x.scale:.3g}"
    most = integer_range(out.dtype)[1]
    found = f"an output scale of {out.scale:.9g}, zero point {out.zero_point}"
    return None if (out.scale, out.zero_point) == (1 / 16, most) else found


@dataclass(frozen=True)
class Scaling:
    """Steps to Q5.26 (multiplier, left shift) and back (divisor, right shift); `radius` is how many
    steps Q5.26 holds (TFLite PreprocessLogSoftmaxScalingExp, CalculateInputRadius)."""

    multiplier: int
    left: int
    divisor: int
    right: int
    radius: int

    @classmethod
    def of(cls, scale: float) -> Scaling:
        multiplier, left = quantize_multiplier(min(scale * 2.0**FRACTION, float(LARGEST)))
        divisor, shift = quantize_multiplier(2.0 ** (31 - left) / multiplier)
        radius = math.floor(((1 << INTEGER_BITS) - 1) * 2.0 ** (FRACTION - left))
        return cls(multiplier, left, divisor, -shift, radius)


@dataclass(frozen=True)
class LogSoftmax(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "log_softmax"
    TFLITE: ClassVar = ("LOG_SOFTMAX",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(
        Signature((t,), (t,)) for t in (DType.INT8, DType.UINT8, DType.FLOAT32)
    )
    RULES: ClassVar = (has_an_axis, activations_quantised, output_in_sixteenths)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> LogSoftmax:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype.kind == "f":
            shifted = x - x.max(axis=-1, keepdims=True)
            total = np.exp(shifted).sum(axis=-1, keepdims=True, dtype=np.float32)
            return ((shifted - np.log(total)).astype(np.float32),)
        wide = x.astype(np.int64)
        below = wide.max(axis=-1, keepdims=True) - wide
        scaling, exps = Scaling.of(site.input(0).scale), np.zeros(256, np.int64)
        table = exponentials(site.input(0).scale, 1.0)
        exps[: len(table)] = table
        logs = logarithm(rounding_divide_by_pot(exps[below], SUM_BITS).sum(axis=-1, keepdims=True))
        reach = -multiply_by_quantized_multiplier(logs - (1 << 31), scaling.divisor, -scaling.right)
        most = np.minimum(reach - 1, scaling.radius)
        scaled = _mul(-np.minimum(below, scaling.radius) << scaling.left, scaling.multiplier)
        low, high = integer_range(site.output.dtype)
        found = rounding_divide_by_pot(scaled - logs, FRACTION - OUTPUT_BITS) + high
        return (np.where(below <= most, np.clip(found, low, high), low).astype(x.dtype),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        depth, rows = x.shape[-1], x.elements // x.shape[-1]
        if x.dtype.is_float:
            function, operands = "nn_log_softmax_f32", (In(0), Out(0))
            return Kernel(function, f"{function}.h", Form.FLAT, {"depth": depth}, operands, rows)
        s, exps = Scaling.of(x.scale), exponentials(x.scale, 1.0)
        params = {
            "depth": depth, "entries": len(exps), "multiplier": s.multiplier, "left": s.left,
            "divisor": s.divisor, "right": s.right, "radius": min(s.radius, 255),
            "sign": 128 if x.dtype is DType.INT8 else 0,
        }  # fmt: skip
        table = Const("exponentials", exps.astype(np.int32), comment="of 0, -1, … steps, Q0.31")
        function = "nn_log_softmax_q8"
        return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0), table), rows)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}


def _mul(a: Int64Array | int, b: Int64Array | int) -> Int64Array:
    return saturating_rounding_doubling_high_mul(np.asarray(a, np.int64), np.asarray(b, np.int64))


def logarithm(x: Int64Array) -> Int64Array:
    """log(x) of x >= 1 in Q12.19, as Q5.26: x over a power of two, or over one and the root of 1/2,
    is near the fourth root of 1/2, about which a quotient of polynomials is taken."""
    root, centre, quarter, unit = 1518500250, 1805811301, 1 << 23, 1 << 25  # 2^-1/2, 2^-1/4; Q6.25
    free = 31 - np.frexp(x.astype(np.float64))[1].astype(np.int64)
    beside = _mul(x, root)
    free_beside = 31 - np.frexp(beside.astype(np.float64))[1].astype(np.int64)
    r_a = np.minimum(_mul(x << free, root) << 1, LARGEST)
    r_b = np.minimum(x << free_beside, LARGEST)
    power = np.maximum(
        (SUM_BITS - 1 - free) * unit + quarter, (SUM_BITS - free_beside) * unit - quarter
    )
    r = np.minimum(r_a, r_b)
    p, q = (r + centre + 1) >> 1, (r - centre) * 2
    square = _mul(q, q)
    numerator = _mul(q, r) + _mul(_mul(q, square), 117049297)
    inner = 1057819769 + q + _mul(127690142, square)
    denominator = _mul(p, inner) + _mul(638450708, q)
    inverse, _ = reciprocal(denominator + (1 << 31))
    found = _mul(power, 1488522236) + _mul(rounding_divide_by_pot(numerator, 6), inverse)
    return np.asarray(np.minimum(found * 2, LARGEST), np.int64)
