"""SQUARED_DIFFERENCE: out = (a - b)^2, with broadcasting.

Source: TFLite kernels/squared_difference.cc. int8: both inputs go to a common scale (twice the
larger of theirs, over 2^7), the square of the difference to the output's.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, Site
from ..program import Kernel, Literal
from ..quant import multiply_by_quantized_multiplier, quantize_multiplier
from ..target import Target
from .binary import FLOAT32, INT8, INT32, Binary, Operation, same_types
from .broadcast import inputs_broadcast, pair_kernel
from .room import Op, Rule, Signature, rule
from .rules import quantised_operands

LEFT_SHIFT = 7


def multipliers(site: Site) -> list[tuple[int, int]]:
    """Of a, b and the squared difference."""
    scales = [float(np.float32(site.input(i).scale)) for i in (0, 1)]
    twice = 2 * max(scales)
    square = twice * twice / ((1 << 2 * LEFT_SHIFT) * float(np.float32(site.output.scale)))
    return [quantize_multiplier(s) for s in (scales[0] / twice, scales[1] / twice, square)]


@rule("quantise the model with a representative data set")
def output_is_coarse_enough(op: Op, site: Site) -> str | None:
    """int8: the output's scale is above 2^-12 of the square of the larger input scale; beyond,
    TensorFlow Lite aborts."""
    if site.output.dtype is not INT8 or multipliers(site)[2][1] <= 0:
        return None
    largest = max(site.input(0).scale, site.input(1).scale)
    return f"scales up to {largest:.3g} in, {site.output.scale:.3g} out"


@dataclass(frozen=True)
class SquaredDifference(Binary):
    """a, b → output of the shape that both broadcast to."""

    NAME: ClassVar[str] = "squared_difference"
    TFLITE: ClassVar = ("SQUARED_DIFFERENCE",)
    OPERATION: ClassVar = Operation.SQUARED_DIFFERENCE
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_types(INT8, INT32, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (
        inputs_broadcast,
        quantised_operands(INT8),
        output_is_coarse_enough,
    )

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        if site.output.dtype is not INT8:
            return (self.plain(site, a, b),)
        *both, out = multipliers(site)
        x, y = (
            multiply_by_quantized_multiplier(
                (v.astype(np.int64) - site.input(i).zero_point) << LEFT_SHIFT, *both[i]
            )
            for i, v in enumerate((a, b))
        )
        scaled = multiply_by_quantized_multiplier(np.square(x - y), *out)
        return (np.clip(scaled + site.output.zero_point, -128, 127).astype(np.int8),)

    def lower(self, site: Site, target: Target) -> Kernel:
        if site.output.dtype is not INT8:
            return self.lower_plain(site)
        params: dict[str, Literal] = {}
        tensors = (site.input(0), site.input(1), site.output)
        for name, tensor, (multiplier, shift) in zip(
            ("a", "b", "out"), tensors, multipliers(site), strict=True
        ):
            params[f"scale.{name}_zero"] = tensor.zero_point
            params[f"scale.{name}_multiplier"] = multiplier
            params[f"scale.{name}_right"] = -shift
        return pair_kernel(site, "squares_quantised", params)
