"""MUL: out = act(a * b), with broadcasting.

Source: TFLite reference_integer_ops::Mul with the preparation of kernels/mul.cc: the product of the
values without their zero points is requantised by scale a * scale b / scale out (float32
products, as there).
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
    integer_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from ..target import Target
from .binary import (
    ELEMENTS,
    FLOAT32,
    INT8,
    INT16,
    INT32,
    INT64,
    UINT8,
    Binary,
    Operation,
    same_types,
)  # fmt: skip
from .broadcast import inputs_broadcast, pair_kernel
from .options import activation_of
from .pointwise import lower_function, values_of
from .requant import SHIFT_ANY, SHIFT_RIGHT, SMALL_ACCUMULATOR
from .room import Activation, Op, TfliteOptions, rule
from .rules import activation_fits, quantised_operands

QUANTISED = (INT8, UINT8, INT16)


def largest_product(site: Site) -> int:
    """The greatest magnitude of a product of quantised values."""
    reach = 1
    for i in (0, 1):
        x = site.input(i)
        reach *= max(abs(end - x.zero_point) for end in integer_range(x.dtype))
    return reach


def product_scale(site: Site) -> tuple[int, int]:
    """Multiplier and shift of the product."""
    a, b, out = (np.float32(t.scale) for t in (site.input(0), site.input(1), site.output))
    return quantize_multiplier(float(a * b / out))


@rule("quantise the model with a representative data set")
def product_fits(op: Op, site: Site) -> str | None:
    """Quantised: products stay within 32 bits when they are scaled to the output."""
    if site.output.dtype not in QUANTISED:
        return None
    _, shift = product_scale(site)
    if largest_product(site) << max(shift, 0) < 2**31:
        return None
    scales = [t.scale for t in (site.input(0), site.input(1), site.output)]
    return f"scales {scales[0]:.3g} and {scales[1]:.3g} in, {scales[2]:.3g} out"


@dataclass(frozen=True)
class Mul(Binary):
    """a, b → output of the shape that both broadcast to."""

    NAME: ClassVar[str] = "mul"
    AT_ENDS: ClassVar = True
    TFLITE: ClassVar = ("MUL",)
    OPERATION: ClassVar = Operation.MUL
    SIGNATURES: ClassVar = same_types(*QUANTISED, INT32, INT64, FLOAT32)
    RULES: ClassVar = (
        inputs_broadcast,
        quantised_operands(*QUANTISED),
        activation_fits(),
        product_fits,
    )

    activation: Activation = Activation.NONE

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Mul:
        o: Any = options.read(tflite.MulOptions)
        return cls(activation_of(o.FusedActivationFunction()))

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        if site.output.dtype not in QUANTISED:
            return (self.plain(site, a, b),)
        found = self._product(site, a.astype(np.int64), b.astype(np.int64))
        return (found.astype(site.output.dtype.numpy),)

    def _product(self, site: Site, a: Int64Array, b: Int64Array) -> Int64Array:
        product = (a - site.input(0).zero_point) * (b - site.input(1).zero_point)
        scaled = multiply_by_quantized_multiplier(product, *product_scale(site))
        low, high = activation_range(self.activation, site.output)
        return np.clip(scaled + site.output.zero_point, low, high)

    def lower(self, site: Site, target: Target) -> Kernel:
        out = site.output
        if out.dtype not in QUANTISED:
            return self.lower_plain(site)
        multiplier, shift = product_scale(site)
        for index, other in ((0, site.input(1)), (1, site.input(0))):
            if out.dtype.bytes == 1 and other.is_const and other.elements == 1:
                constant = site.const(1 - index).astype(np.int64).ravel()
                x = values_of(out.dtype)
                pair = (x, constant) if index == 0 else (constant, x)
                slope = multiplier * 2.0 ** (shift - 31) * (int(constant[0]) - other.zero_point)
                return lower_function(site, self._product(site, *pair), slope, index)
        right = shift < 0 and largest_product(site) < SMALL_ACCUMULATOR
        low, high = activation_range(self.activation, out)
        scale: dict[str, Literal] = {
            "type": ELEMENTS[out.dtype],
            "a_zero": site.input(0).zero_point,
            "b_zero": site.input(1).zero_point,
            "out_zero": out.zero_point,
            "multiplier": multiplier,
            "shift": shift,
            "rounding": SHIFT_RIGHT if right else SHIFT_ANY,
            "low": low,
            "high": high,
        }
        params = {f"scale.{field}": value for field, value in scale.items()}
        return pair_kernel(site, "mul_quantised", params)
