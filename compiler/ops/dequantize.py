"""DEQUANTIZE: out = scale * (in - zero_point), as float32.

Source: TFLite reference_integer_ops::Dequantize (a product in double, rounded to float32; the
float32 product is the same, for in - zero_point is exact in it), PerChannelDequantize, and the
widening of float16.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule

TYPES = (DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT16)


@rule("quantise the model with a representative data set")
def input_has_scales(op: Dequantize, site: Site) -> str | None:
    """Integer inputs have one positive scale, with which all values are finite, and a zero point;
    constants may have one each per index of an axis."""
    x = site.input(0)
    if x.dtype.is_float:
        return None
    q = x.quant
    if q is None or not q.scale or min(q.scale) <= 0:
        return "an input without scales"
    if max(q.scale) * 2.0 ** (8 * x.dtype.bytes) > float(np.finfo(np.float32).max):
        return f"a scale of {max(q.scale):.3g}"
    if not q.per_channel:
        return None
    if not x.is_const:
        return f"an input with {len(q.scale)} scales"
    fits = q.axis < len(x.shape) and x.shape[q.axis] == len(q.scale)
    return None if fits else f"{len(q.scale)} scales along axis {q.axis} of {list(x.shape)}"


@rule("convert the model without float16")
def half_floats_are_constant(op: Dequantize, site: Site) -> str | None:
    """float16 inputs are constant."""
    x = site.input(0)
    return "a float16 input computed at run time" if x.dtype.is_float and not x.is_const else None


@dataclass(frozen=True)
class Dequantize(Op):
    """input → float32 output of the same shape."""

    NAME: ClassVar[str] = "dequantize"
    TFLITE: ClassVar = ("DEQUANTIZE",)
    INPUTS: ClassVar = (1, 1)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar = tuple(Signature((t,), (DType.FLOAT32,)) for t in TYPES)
    RULES: ClassVar = (input_has_scales, half_floats_are_constant)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Dequantize:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, quant = inputs[0], site.input(0).quant
        assert x is not None
        if x.dtype.kind == "f":
            return (x.astype(np.float32),)
        assert quant is not None
        along = [1] * x.ndim
        if quant.per_channel:
            along[quant.axis] = -1
        zero = np.array(quant.zero_point, np.int64)
        scale = np.array(quant.scale, np.float64)
        if quant.per_channel:
            zero, scale = np.resize(zero, len(scale)).reshape(along), scale.reshape(along)
        return (((x.astype(np.int64) - zero) * scale).astype(np.float32).reshape(x.shape),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        function = f"nn_dequantize_{x.dtype.suffix}"
        params = {"scale": x.scale, "zero": x.zero_point}
        return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0)), x.elements)

    def overlap(self, site: Site) -> Mapping[int, int]:
        """Element i is written up to byte 4 * (i + 1), and element i + 1 is still to be read."""
        grown = 4 - site.input(0).dtype.bytes
        return {0: grown * max(site.output.elements - 1, 0)}
