"""DIV: a / b, integers without scales towards 0, with broadcasting.

Source: TFLite kernels/div.cc, reference_ops::DivElementwise. Quantised: the dividend, shifted left
as far as it goes, times the divisor's reciprocal in fixed point. Where TensorFlow Lite then shifts
right by more than 31 bits, which C leaves undefined (a quotient far below half a step), this gives
0.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, Site
from ..program import Kernel, Literal
from ..quant import (
    Int64Array,
    activation_range,
    quantize_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
)
from ..target import Target
from .binary import ELEMENTS, FLOAT32, INT8, INT16, INT32, UINT8, Binary, Operation, same_types
from .broadcast import inputs_broadcast, pair_kernel
from .options import activation_of
from .room import Activation, Op, Rule, TfliteOptions, rule
from .rules import activation_fits, quantised_operands
from .softmax import SUM_BITS, reciprocal

QUANTISED = (INT8, UINT8, INT16)


def multiplier(site: Site) -> tuple[int, int]:
    """Multiplier and shift of quotients (float32, as there)."""
    a, b, out = (np.float32(t.scale) for t in (site.input(0), site.input(1), site.output))
    return quantize_multiplier(float(a / (b * out)))


@rule("quantise the model with a representative data set")
def quotients_fit(op: Op, site: Site) -> str | None:
    """Quantised: the scale of a is below 2^23 (int16: 2^15) times those of b and of the output;
    beyond, TensorFlow Lite's result is undefined."""
    out = site.output
    if out.dtype not in QUANTISED or multiplier(site)[1] <= (15 if out.dtype is INT16 else 23):
        return None
    a, b = site.input(0).scale, site.input(1).scale
    return f"scales {a:.3g} and {b:.3g} in, {out.scale:.3g} out"


@dataclass(frozen=True)
class Div(Binary):
    """a, b → output of the shape that both broadcast to; 0 where an integer b is 0."""

    NAME: ClassVar[str] = "div"
    TFLITE: ClassVar = ("DIV",)
    OPERATION: ClassVar = Operation.DIV
    SIGNATURES: ClassVar = same_types(*QUANTISED, INT32, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (
        inputs_broadcast,
        quantised_operands(*QUANTISED),
        activation_fits(),
        quotients_fit,
    )

    activation: Activation = Activation.NONE

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Div:
        o: Any = options.read(tflite.DivOptions)
        return cls(activation_of(o.FusedActivationFunction()))

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b, out = inputs[0], inputs[1], site.output
        assert a is not None and b is not None
        if out.dtype not in QUANTISED:
            return (self.plain(site, a, b),)
        x, y = (v.astype(np.int64) - site.input(i).zero_point for i, v in enumerate((a, b)))
        steps = _quotients(x, y, *multiplier(site)) + out.zero_point
        return (np.clip(steps, *activation_range(self.activation, out)).astype(out.dtype.numpy),)

    def lower(self, site: Site, target: Target) -> Kernel:
        out = site.output
        if out.dtype not in QUANTISED:
            return self.lower_plain(site)
        factor, shift = multiplier(site)
        low, high = activation_range(self.activation, out)
        scale: dict[str, Literal] = {
            "type": ELEMENTS[out.dtype], "a_zero": site.input(0).zero_point,
            "b_zero": site.input(1).zero_point, "out_zero": out.zero_point,
            "multiplier": factor, "shift": shift, "low": low, "high": high,
        }  # fmt: skip
        return pair_kernel(site, "div_quantised", {f"scale.{k}": v for k, v in scale.items()})


def _quotients(a: Int64Array, b: Int64Array, factor: int, shift: int) -> Int64Array:
    """In steps of the output."""
    dividend, divisor = np.where(b < 0, -a, a), np.where(b == 0, 1, np.abs(b))
    inverse, over_unit = reciprocal(divisor)
    # Redundant sign bits: the bits of |x|, of -|x| those of |x| - 1.
    bits = np.frexp((np.abs(dividend) - (dividend < 0)).astype(np.float64))[1].astype(np.int64)
    headroom = 31 - bits
    high = saturating_rounding_doubling_high_mul
    scaled = high(high(dividend << headroom, inverse), np.asarray(factor, np.int64))
    right = over_unit + (31 - SUM_BITS) + headroom - shift
    rounded = rounding_divide_by_pot(scaled, np.clip(right, 0, 31))
    return np.where((b == 0) | (a == 0) | (right > 31), 0, rounded)
