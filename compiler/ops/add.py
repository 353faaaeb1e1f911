"""ADD: out = act(a + b), with broadcasting.

Source: TFLite reference_integer_ops::Add (AddFunc) with the preparation of kernels/add.cc. int8:
both inputs go to a common scale (twice the larger of theirs, over 2^20), the sum to the output's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import (
    Int64Array,
    activation_range,
    float_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from ..target import Target
from .broadcast import broadcast_axes, broadcast_shape, inputs_broadcast
from .linear import linear_pair
from .options import activation_of
from .pointwise import lower_function, values_of
from .room import Activation, Op, Shape, Signature, TfliteOptions, rule
from .rules import activation_fits, activations_quantised, input_quantised

INT8, FLOAT32 = DType.INT8, DType.FLOAT32

INT8_VALUES = values_of(INT8)
LEFT_SHIFT = 20  # of the inputs before their multipliers


@rule("quantise the model with a representative data set")
def scales_are_comparable(op: Add, site: Site) -> str | None:
    """int8: the output's scale is above 2^-19 of the larger input scale."""
    if site.output.dtype.is_float:
        return None
    largest = max(site.input(0).scale, site.input(1).scale)
    if 2 * largest < site.output.scale * (1 << LEFT_SHIFT):
        return None
    return f"scales {largest:.3g} in, {site.output.scale:.3g} out"


@dataclass(frozen=True)
class Multipliers:
    """(multiplier, shift) of both inputs and of the sum, and what they amount to."""

    inputs: tuple[tuple[int, int], tuple[int, int]]
    output: tuple[int, int]

    @property
    def slopes(self) -> tuple[float, float]:
        """Steps of the output for a step of each input."""
        a, b, out = (m * 2.0 ** (s - 31) for m, s in (*self.inputs, self.output))
        return a * out * (1 << LEFT_SHIFT), b * out * (1 << LEFT_SHIFT)


@dataclass(frozen=True)
class Add(Op):
    """a, b → output of the shape that both broadcast to."""

    NAME: ClassVar[str] = "add"
    TFLITE: ClassVar = ("ADD",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = (
        Signature((INT8, INT8), (INT8,)),
        Signature((FLOAT32, FLOAT32), (FLOAT32,)),
    )
    RULES: ClassVar = (
        inputs_broadcast,
        activations_quantised,
        input_quantised(1),
        activation_fits(),
        scales_are_comparable,
    )

    activation: Activation = Activation.NONE

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Add:
        o: Any = options.read(tflite.AddOptions)
        return cls(activation_of(o.FusedActivationFunction()))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = broadcast_shape(site.input(0).shape, site.input(1).shape)
        assert shape is not None
        return (shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        if a.dtype.kind == "f":
            return (np.clip(a + b, *float_range(self.activation)).astype(np.float32),)
        return (self._sum(site, a.astype(np.int64), b.astype(np.int64)).astype(np.int8),)

    def _sum(self, site: Site, a: Int64Array, b: Int64Array) -> Int64Array:
        m = multipliers(site)
        scaled = [
            multiply_by_quantized_multiplier((x - site.input(i).zero_point) << LEFT_SHIFT, *pair)
            for i, (x, pair) in enumerate(zip((a, b), m.inputs, strict=True))
        ]
        raw = multiply_by_quantized_multiplier(scaled[0] + scaled[1], *m.output)
        low, high = activation_range(self.activation, site.output)
        return np.clip(raw + site.output.zero_point, low, high)

    def lower(self, site: Site, target: Target) -> Kernel:
        a, b, out = site.input(0), site.input(1), site.output
        flat = a.shape == b.shape
        axes = broadcast_axes(a.shape, b.shape)
        if out.dtype.is_float:
            low, high = float_range(self.activation)
            limits: dict[str, Literal] = {"low": low, "high": high}
            if flat:
                return _kernel("nn_add_f32", Form.FLAT, limits, out.elements)
            return _kernel("nn_add_broadcast_f32", Form.WHOLE, axes | limits)
        m = multipliers(site)
        for index, other in ((0, b), (1, a)):
            if other.is_const and other.elements == 1:
                constant = site.const(1 - index).astype(np.int64).ravel()
                pair = (INT8_VALUES, constant) if index == 0 else (constant, INT8_VALUES)
                values = self._sum(site, *pair)
                return lower_function(site, values, m.slopes[index], index)
        values = self._sum(site, INT8_VALUES[:, None], INT8_VALUES)
        form = linear_pair(values, m.slopes)
        if form is None:
            qlow, qhigh = activation_range(self.activation, out)
            limits = {"low": qlow, "high": qhigh}
            return _kernel("nn_add_rescaled_s8", Form.WHOLE, axes | _rescaling(site, m) | limits)
        # The form was proved with these limits; the activation's may be wider.
        limits = {"low": int(values.min()), "high": int(values.max())}
        linear: dict[str, Literal] = {
            "factor_a": form.k[0], "factor_b": form.k[1], "start": form.start, "shift": form.shift,
        }  # fmt: skip
        if flat:
            return _kernel("nn_add_s8", Form.FLAT, linear | limits, out.elements)
        return _kernel("nn_add_broadcast_s8", Form.WHOLE, axes | linear | limits)

    def overlap(self, site: Site) -> Mapping[int, int]:
        """An input that is not repeated is read where the output is written, or further on."""
        return {i: 0 for i in (0, 1) if prod(site.input(i).shape) == site.output.elements}


def _kernel(function: str, form: Form, params: dict[str, Literal], units: int = 0) -> Kernel:
    return Kernel(function, f"{function}.h", form, params, (In(0), In(1), Out(0)), units)


def multipliers(site: Site) -> Multipliers:
    """As kernels/add.cc prepares them: twice the larger scale, quotients in double."""
    scales = [np.float32(site.input(i).scale) for i in (0, 1)]
    twice = 2 * float(max(scales))
    a, b = (quantize_multiplier(float(s) / twice) for s in scales)
    return Multipliers((a, b), quantize_multiplier(twice / (site.output.scale * (1 << LEFT_SHIFT))))


def _rescaling(site: Site, m: Multipliers) -> dict[str, Literal]:
    fields: dict[str, Literal] = {}
    for name, tensor, (multiplier, shift) in (
        ("a", site.input(0), m.inputs[0]),
        ("b", site.input(1), m.inputs[1]),
        ("out", site.output, m.output),
    ):
        fields[f"{name}_zero"] = tensor.zero_point
        fields[f"{name}_multiplier"] = multiplier
        fields[f"{name}_right"] = -shift
    return fields
