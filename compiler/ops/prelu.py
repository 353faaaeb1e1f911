"""PRELU: out = x where it is not negative, slope * x elsewhere; the slope broadcasts to x.

Source: TFLite kernels/activations.cc (PreluPrepare) and reference_ops::Prelu.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, Site
from ..program import Kernel, Literal
from ..quant import integer_range, multiply_by_quantized_multiplier, quantize_multiplier
from ..target import Target
from .binary import ELEMENTS, FLOAT32, INT8, INT16, UINT8, Binary, Operation, same_types
from .broadcast import broadcast_shape, inputs_broadcast, pair_kernel
from .room import Op, Rule, Signature, rule
from .rules import quantised_operands


@rule("reshape the slope before")
def slope_broadcasts(op: Op, site: Site) -> str | None:
    """The slope broadcasts to the shape of the input."""
    x, slope = site.input(0).shape, site.input(1).shape
    return None if broadcast_shape(x, slope) == x else f"shapes {list(x)} and {list(slope)}"


def multipliers(site: Site) -> tuple[tuple[int, int], tuple[int, int]]:
    """Of the input, and of the product with the slope (float32 quotients, as there)."""
    x, slope, out = (np.float32(t.scale) for t in (site.input(0), site.input(1), site.output))
    return quantize_multiplier(float(x / out)), quantize_multiplier(float(x * slope / out))


@rule("quantise the model with a representative data set")
def products_fit(op: Op, site: Site) -> str | None:
    """Quantised: input and products stay within 32 bits when they are scaled to the output."""
    if site.output.dtype.is_float:
        return None
    (_, shift), (_, negative) = multipliers(site)
    narrow = 8 if site.output.dtype is INT16 else 0
    if shift <= 22 - narrow and negative <= 14 - narrow:
        return None
    scales = [t.scale for t in (site.input(0), site.input(1), site.output)]
    return f"scales {scales[0]:.3g} and {scales[1]:.3g} in, {scales[2]:.3g} out"


@dataclass(frozen=True)
class Prelu(Binary):
    """input, slope → output of the input's shape."""

    NAME: ClassVar[str] = "prelu"
    TFLITE: ClassVar = ("PRELU",)
    OPERATION: ClassVar = Operation.PRELU
    SIGNATURES: ClassVar[tuple[Signature, ...]] = (
        *same_types(INT8, UINT8, FLOAT32),
        Signature((INT16, INT8), (INT16,)),
    )
    RULES: ClassVar[tuple[Rule, ...]] = (
        inputs_broadcast,
        slope_broadcasts,
        quantised_operands(INT8, UINT8, INT16),
        products_fit,
    )

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        out = site.output
        if out.dtype.is_float:
            return (self.plain(site, a, b),)
        above, below = multipliers(site)
        x = a.astype(np.int64) - site.input(0).zero_point
        product = x * (b.astype(np.int64) - site.input(1).zero_point)
        scaled = np.where(
            x >= 0,
            multiply_by_quantized_multiplier(x, *above),
            multiply_by_quantized_multiplier(product, *below),
        )
        low, high = integer_range(out.dtype)
        return (np.clip(scaled + out.zero_point, low, high).astype(out.dtype.numpy),)

    def lower(self, site: Site, target: Target) -> Kernel:
        out = site.output
        if out.dtype.is_float:
            return self.lower_plain(site)
        (multiplier, shift), (negative, negative_shift) = multipliers(site)
        low, high = integer_range(out.dtype)
        scale: dict[str, Literal] = {
            "type": ELEMENTS[out.dtype],
            "slope_type": ELEMENTS[site.input(1).dtype],
            "a_zero": site.input(0).zero_point,
            "b_zero": site.input(1).zero_point,
            "out_zero": out.zero_point,
            "multiplier": multiplier,
            "shift": shift,
            "negative_multiplier": negative,
            "negative_shift": negative_shift,
            "low": low,
            "high": high,
        }
        params = {f"scale.{field}": value for field, value in scale.items()}
        return pair_kernel(site, "prelu_quantised", params)

    def overlap(self, site: Site) -> Mapping[int, int]:
        """Never the slope: it is read only below 0, but by every kernel in order."""
        return {0: 0}
