"""L2_NORMALIZATION: the last axis divided by its Euclidean length.

int8, uint8: the inverse root in fixed point by five Newton steps; the output's scale is 1/128.
Source: TFLite reference_ops::L2Normalization, reference_integer_ops::L2Normalization,
GetInvSqrtQuantizedMultiplierExp (kernels/internal/common.h).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..errors import CompileError, Problem
from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import (
    integer_range,
    inverse_root,
    multiply_by_quantized_multiplier,
)
from ..target import Target
from .log_softmax import has_an_axis
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised

MOST_DEPTH = 1 << 15  # 255^2 of each stays within int32
EPSILON = 1e-6


@rule("quantise the model with TensorFlow Lite's converter")
def output_in_128ths(op: Op, site: Site) -> str | None:
    """Integer outputs have the scale 1/128 and the zero point in the middle of their type."""
    out = site.output
    if out.dtype.is_float:
        return None
    middle = 0 if out.dtype is DType.INT8 else 128
    if out.scale == 1 / 128 and out.zero_point == middle:
        return None
    return f"scale {out.scale}, zero point {out.zero_point}"


@rule("normalise in two steps")
def depth_in_range(op: Op, site: Site) -> str | None:
    """Integer vectors have at most 32,768 elements."""
    x = site.input(0)
    return None if x.dtype.is_float or x.shape[-1] <= MOST_DEPTH else f"{x.shape[-1]} elements"


@dataclass(frozen=True)
class L2Normalization(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "l2_normalization"
    TFLITE: ClassVar = ("L2_NORMALIZATION",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = tuple(
        Signature((t,), (t,)) for t in (DType.INT8, DType.UINT8, DType.FLOAT32)
    )
    RULES: ClassVar = (has_an_axis, activations_quantised, output_in_128ths, depth_in_range)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> L2Normalization:
        o: Any = options.read(tflite.L2NormOptions)
        if o is not None and o.FusedActivationFunction():
            found = f"code {o.FusedActivationFunction()}"
            raise CompileError(Problem("fused activation", found, "none", "clamp after it"))
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype.kind == "f":
            length = np.sqrt((x.astype(np.float64) ** 2).sum(axis=-1, keepdims=True))
            return ((x / np.maximum(length, EPSILON)).astype(np.float32),)
        centred = x.astype(np.int64) - site.input(0).zero_point
        sums = (centred * centred).sum(axis=-1)
        pairs = [inverse_root(int(s)) for s in sums.ravel()]
        multiplier = np.array([m for m, _ in pairs]).reshape(*sums.shape, 1)
        shift = np.array([s for _, s in pairs]).reshape(*sums.shape, 1)
        out = site.output
        # int8 has the scale 128 in the shift, uint8 in the value: they round differently.
        if out.dtype is DType.INT8:
            scaled = multiply_by_quantized_multiplier(centred, multiplier, shift + 7)
        else:
            scaled = multiply_by_quantized_multiplier(128 * centred, multiplier, shift)
        return (np.clip(scaled + out.zero_point, *integer_range(out.dtype)).astype(x.dtype),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        depth = x.shape[-1]
        function = f"nn_l2_normalization_{x.dtype.suffix}"
        params: dict[str, Literal] = {"depth": depth}
        if not x.dtype.is_float:
            params["in_zero"] = x.zero_point
        return Kernel(
            function, "nn_l2_normalization.h", Form.FLAT, params, (In(0), Out(0)),
            units=x.elements // depth,
        )  # fmt: skip

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}
