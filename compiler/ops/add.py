"""ADD: out = act(a + b), with broadcasting; SUB derives from it.

Source: TFLite reference_integer_ops::Add (AddFunc) with the preparation of kernels/add.cc.
Quantised: both inputs go to a common scale (twice the larger of theirs, over 2^20, or 2^15 for
int16), the sum to the output's. int16 with scales that are powers of two only shifts one input.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
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
    rounding_divide_by_pot,
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
)
from .broadcast import inputs_broadcast, pair_kernel
from .linear import linear_pair, narrow_pair
from .options import activation_of
from .pointwise import lower_function, values_of
from .room import Activation, TfliteOptions, rule
from .rules import activation_fits, quantised_operands

INT8_VALUES = values_of(INT8)
QUANTISED = (INT8, UINT8, INT16)


def left_shift(dtype: DType) -> int:
    """Of the inputs before their multipliers."""
    return 15 if dtype is INT16 else 20


@rule("quantise the model with a representative data set")
def scales_are_comparable(op: Add, site: Site) -> str | None:
    """8 bits: the output's scale is above 2^-19 of the larger input scale; int16: above 2^-14, or
    all scales are powers of two, one input has the output's and the other none above it."""
    out = site.output
    if out.dtype not in QUANTISED:
        return None
    scales = [site.input(i).scale for i in (0, 1)]
    shifts = op.powers_of_two(site)
    if shifts is not None:
        if max(shifts) == 0:
            return None
    elif 2 * max(scales) < out.scale * (1 << left_shift(out.dtype)):
        return None
    return f"scales {scales[0]:.3g} and {scales[1]:.3g} in, {out.scale:.3g} out"


@dataclass(frozen=True)
class Multipliers:
    """(multiplier, shift) of both inputs and of the sum, and what they amount to."""

    inputs: tuple[tuple[int, int], tuple[int, int]]
    output: tuple[int, int]
    left: int

    @property
    def slopes(self) -> tuple[float, float]:
        """Steps of the output for a step of each input."""
        a, b, out = (m * 2.0 ** (s - 31) for m, s in (*self.inputs, self.output))
        return a * out * (1 << self.left), b * out * (1 << self.left)


@dataclass(frozen=True)
class Add(Binary):
    """a, b → output of the shape that both broadcast to."""

    NAME: ClassVar[str] = "add"
    AT_ENDS: ClassVar = True
    TFLITE: ClassVar = ("ADD",)
    OPERATION: ClassVar = Operation.ADD
    OPTIONS: ClassVar[type[Any]] = tflite.AddOptions
    SIGN: ClassVar[int] = 1  # of b
    SIGNATURES: ClassVar = same_types(INT8, UINT8, INT16, INT32, INT64, FLOAT32)
    RULES: ClassVar = (
        inputs_broadcast,
        quantised_operands(*QUANTISED),
        activation_fits(),
        scales_are_comparable,
    )

    activation: Activation = Activation.NONE
    pot_scale_int16: bool = True  # int16: scales that are powers of two are taken as such

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Add:
        o: Any = options.read(cls.OPTIONS)
        return cls(activation_of(o.FusedActivationFunction()), bool(o.PotScaleInt16()))

    def powers_of_two(self, site: Site) -> tuple[int, int] | None:
        """int16 with scales that are powers of two: the shifts (to the left) of both inputs."""
        tensors = (site.input(0), site.input(1), site.output)
        if site.output.dtype is not INT16 or not self.pot_scale_int16:
            return None
        logs = [math.log2(t.scale) for t in tensors]
        # TFLite CheckedLog2.
        if any(abs(log - round(log)) >= 1e-3 for log in logs):
            return None
        a, b, out = (round(log) for log in logs)
        return a - out, b - out

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        dtype = site.output.dtype
        if dtype not in QUANTISED:
            return (self.plain(site, a, b),)
        return (self._sum(site, a.astype(np.int64), b.astype(np.int64)).astype(dtype.numpy),)

    def _sum(self, site: Site, a: Int64Array, b: Int64Array) -> Int64Array:
        low, high = activation_range(self.activation, site.output)
        shifts = self.powers_of_two(site)
        if shifts is not None:
            x, y = (rounding_divide_by_pot(v, -s) for v, s in zip((a, b), shifts, strict=True))
            return np.clip(np.asarray(x + self.SIGN * y, np.int64), low, high)
        m = multipliers(site)
        x, y = (
            multiply_by_quantized_multiplier((v - site.input(i).zero_point) << m.left, *pair)
            for i, (v, pair) in enumerate(zip((a, b), m.inputs, strict=True))
        )
        raw = multiply_by_quantized_multiplier(x + self.SIGN * y, *m.output)
        return np.clip(raw + site.output.zero_point, low, high)

    def lower(self, site: Site, target: Target) -> Kernel:
        a, b, out = site.input(0), site.input(1), site.output
        if out.dtype is FLOAT32 and a.shape == b.shape and self.SIGN == 1:
            least, most = float_range(self.activation)
            return _kernel("nn_add_f32", Form.FLAT, {"low": least, "high": most}, out.elements)
        if out.dtype not in QUANTISED:
            return self.lower_plain(site)
        if out.dtype is INT8:
            kernel = self._lower_linear(site)
            if kernel is not None:
                return kernel
        low, high = activation_range(self.activation, out)
        limits: dict[str, Literal] = {"low": low, "high": high}
        scale = {"type": ELEMENTS[out.dtype], "sign": self.SIGN} | self._steps(site) | limits
        return pair_kernel(site, "sum_quantised", {f"scale.{k}": v for k, v in scale.items()})

    def _lower_linear(self, site: Site) -> Kernel | None:
        """int8 as one linear form, where there is one of the same values."""
        a, b, out = site.input(0), site.input(1), site.output
        m = multipliers(site)
        slopes = (m.slopes[0], self.SIGN * m.slopes[1])
        for index, other in ((0, b), (1, a)):
            if other.is_const and other.elements == 1:
                constant = site.const(1 - index).astype(np.int64).ravel()
                pair = (INT8_VALUES, constant) if index == 0 else (constant, INT8_VALUES)
                return lower_function(site, self._sum(site, *pair), slopes[index], index)
        values = self._sum(site, INT8_VALUES[:, None], INT8_VALUES)
        narrow = narrow_pair(values, slopes)
        form = narrow or linear_pair(values, slopes)
        if form is None:
            return None
        # The form was proved with these limits; the activation's may be wider.
        low, high = int(values.min()), int(values.max())
        linear: dict[str, Literal] = {
            "factor_a": form.k[0], "factor_b": form.k[1], "start": form.start, "shift": form.shift,
            "low": low, "high": high,
        }  # fmt: skip
        if a.shape == b.shape:
            function = "nn_add_s8" if narrow else "nn_add_wide_s8"
            return _kernel(function, Form.FLAT, linear, out.elements)
        return pair_kernel(site, "add_linear_s8", {f"form.{k}": v for k, v in linear.items()})

    def _steps(self, site: Site) -> dict[str, Literal]:
        """TFLite's own steps as the fields of nn_sum_scale_t."""
        shifts = self.powers_of_two(site)
        if shifts is not None:
            rescale, left = ((0, shifts[0]), (0, shifts[1]), (0, 0)), 0
        else:
            m = multipliers(site)
            rescale, left = (*m.inputs, m.output), m.left
        fields: dict[str, Literal] = {"left": left}
        tensors = (site.input(0), site.input(1), site.output)
        for name, tensor, (multiplier, shift) in zip(
            ("a", "b", "out"), tensors, rescale, strict=True
        ):
            fields[f"{name}_zero"] = tensor.zero_point
            fields[f"{name}_multiplier"] = multiplier
            fields[f"{name}_right"] = -shift
        return fields


def _kernel(function: str, form: Form, params: dict[str, Literal], units: int = 0) -> Kernel:
    return Kernel(function, f"{function}.h", form, params, (In(0), In(1), Out(0)), units)


def multipliers(site: Site) -> Multipliers:
    """As kernels/add.cc prepares them: twice the larger scale, quotients in double."""
    scales = [np.float32(site.input(i).scale) for i in (0, 1)]
    twice = 2 * float(max(scales))
    left = left_shift(site.output.dtype)
    a, b = (quantize_multiplier(float(s) / twice) for s in scales)
    return Multipliers((a, b), quantize_multiplier(twice / (site.output.scale * (1 << left))), left)
