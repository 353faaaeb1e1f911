"""RELU_N1_TO_1, RELU_0_TO_1, LEAKY_RELU, ELU, GELU, HARD_SWISH.

Source: TFLite kernels/activations.cc with reference_ops::LeakyRelu, QuantizeLeakyRelu, HardSwish
and GeluTransform. 8-bit types become tables of 256 values, computed as these kernels do.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import (
    Int64Array,
    integer_range,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
    rounding_divide_by_pot,
)
from ..target import Target
from .binary import FLOAT32, INT8, INT16, UINT8
from .elementary import Looked, ratio_fits
from .lookup import lower_table
from .pointwise import clamp_function, lower_clamp, values_of
from .room import Activation, Op, Rule, Signature, TfliteOptions, rule
from .rules import activation_fits, quantised_operands
from .unary import Operation, Unary, same_type


@dataclass(frozen=True)
class ReluN1To1(Unary):
    """min(max(x, -1), 1)."""

    NAME: ClassVar[str] = "relu_n1_to_1"
    TFLITE: ClassVar = ("RELU_N1_TO_1",)
    OPERATION: ClassVar = Operation.RELU_N1_TO_1
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, UINT8, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (
        quantised_operands(INT8, UINT8),
        activation_fits(Activation.RELU_N1_TO_1),
        ratio_fits,
    )

    BOUNDS: ClassVar = Activation.RELU_N1_TO_1

    def floats(self, x: Array) -> Array:
        return np.clip(x, np.float32(self.BOUNDS.bounds[0]), np.float32(self.BOUNDS.bounds[1]))

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        return clamp_function(site, self.BOUNDS, x)

    def lower(self, site: Site, target: Target) -> Kernel:
        is_float = site.input(0).dtype.is_float
        return self.lower_plain(site) if is_float else lower_clamp(site, self.BOUNDS)


@dataclass(frozen=True)
class Relu0To1(ReluN1To1):
    """min(max(x, 0), 1)."""

    NAME: ClassVar[str] = "relu_0_to_1"
    TFLITE: ClassVar = ("RELU_0_TO_1",)
    OPERATION: ClassVar = Operation.RELU_0_TO_1
    BOUNDS: ClassVar = Activation.RELU_0_TO_1


@rule("use a smaller slope, or scale the layer before")
def slope_fits(op: LeakyRelu, site: Site) -> str | None:
    """Quantised: the slope's magnitude is below 2^14 output steps an input step."""
    x, out = site.input(0), site.output
    fits = x.dtype.is_float or abs(op.alpha) * x.scale < out.scale * (1 << 14)
    return None if fits else f"a slope of {op.alpha:.3g}"


@dataclass(frozen=True)
class LeakyRelu(Unary):
    """x where it is positive, alpha * x elsewhere."""

    NAME: ClassVar[str] = "leaky_relu"
    TFLITE: ClassVar = ("LEAKY_RELU",)
    OPERATION: ClassVar = Operation.LEAKY_RELU
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, UINT8, INT16, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (
        quantised_operands(INT8, UINT8, INT16),
        ratio_fits,
        slope_fits,
    )

    alpha: float = 0.0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> LeakyRelu:
        o: Any = options.read(tflite.LeakyReluOptions)
        return cls(float(np.float32(o.Alpha())))

    def floats(self, x: Array) -> Array:
        return np.where(x > 0, x, x * np.float32(self.alpha))

    def _multipliers(self, site: Site) -> tuple[tuple[int, int], tuple[int, int]]:
        """From 0 on, and below by the slope's magnitude: float32 products, as there."""
        scale, out = np.float32(site.input(0).scale), np.float32(site.output.scale)
        below = quantize_multiplier(float(scale * np.float32(abs(self.alpha)) / out))
        return quantize_multiplier(float(scale / out)), below

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        above, below = self._multipliers(site)
        steps = x - site.input(0).zero_point
        scaled = np.where(
            steps >= 0,
            multiply_by_quantized_multiplier(steps, *above),
            multiply_by_quantized_multiplier(steps, *below) * (-1 if self.alpha < 0 else 1),
        )
        out = site.output
        low, high = integer_range(out.dtype)
        return np.clip(np.asarray(scaled + out.zero_point, np.int64), low, high)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        if x.dtype.is_float:
            return self.lower_plain(site)
        if x.dtype is not INT16:
            return lower_table(site, self.integers(site, values_of(x.dtype)))
        above, below = self._multipliers(site)
        params: dict[str, Literal] = {
            "absolute": 0, "turned": int(self.alpha < 0),
            "multiplier": above[0], "shift": above[1],
            "negative_multiplier": below[0], "negative_shift": below[1],
        }  # fmt: skip
        function = "nn_slopes_s16"
        return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0)), x.elements)


def elementwise(function: Callable[[float], float], x: Array) -> Array:
    """A function of the math module, element by element, rounded to float32."""
    return np.array([function(float(v)) for v in x.ravel()], np.float32).reshape(x.shape)


@dataclass(frozen=True)
class Elu(Looked):
    """x where it is positive, exp(x) - 1 elsewhere."""

    NAME: ClassVar[str] = "elu"
    TFLITE: ClassVar = ("ELU",)
    OPERATION: ClassVar = Operation.ELU
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (quantised_operands(INT8),)

    def floats(self, x: Array) -> Array:
        return np.where(x < 0, np.expm1(np.minimum(x, 0)), x)


@dataclass(frozen=True)
class Gelu(Looked):
    """x times the probability that a normal variate is less; or its approximation by tanh."""

    NAME: ClassVar[str] = "gelu"
    TFLITE: ClassVar = ("GELU",)
    OPERATION: ClassVar = Operation.GELU
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, UINT8, INT16, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (quantised_operands(INT8, UINT8, INT16),)

    approximate: bool = False

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Gelu:
        o: Any = options.read(tflite.GeluOptions)
        return cls(bool(o.Approximate()))

    @property
    def operation(self) -> Operation:
        return Operation.GELU_APPROXIMATE if self.approximate else Operation.GELU

    def floats(self, x: Array) -> Array:
        """In float32 from step to step, as the tables are made."""
        half, one = np.float32(0.5), np.float32(1)
        x = x.astype(np.float32)
        if self.approximate:
            inner = np.float32(math.sqrt(2 / math.pi)) * (x + np.float32(0.044715) * x * x * x)
            return np.asarray(half * x * (one + elementwise(math.tanh, inner)))
        return np.asarray(half * x * elementwise(math.erfc, x * np.float32(-math.sqrt(0.5))))


@rule("quantise the model with a representative data set")
def output_is_fine_enough(op: Op, site: Site) -> str | None:
    """Quantised: the input's scale is at most 128 times the output's."""
    x, out = site.input(0), site.output
    if x.dtype.is_float or _hard_swish_scale(site)[1] <= 0:
        return None
    return f"scales {x.scale:.3g} in, {out.scale:.3g} out"


def _hard_swish_scale(site: Site) -> tuple[int, int]:
    """Multiplier and exponent from 1/128 input steps to output steps."""
    ratio = np.float32(1 / 128) * np.float32(site.input(0).scale) / np.float32(site.output.scale)
    return quantize_multiplier(float(ratio))


def _to_int16(multiplier: int) -> int:
    """TFLite DownScaleInt32ToInt16Multiplier."""
    return 32767 if multiplier >= 2**31 - 1 - (1 << 15) else (multiplier + (1 << 15)) >> 16


def _high_mul(a: Int64Array, b: int) -> Int64Array:
    """gemmlowp SaturatingRoundingDoublingHighMul of int16; b is positive."""
    product = a * b
    nudged = product + np.where(product >= 0, 1 << 14, 1 - (1 << 14))
    return np.asarray(np.sign(nudged) * (np.abs(nudged) >> 15), np.int64)


def _saturate(x: Int64Array) -> Int64Array:
    return np.clip(x, -32768, 32767)


@dataclass(frozen=True)
class HardSwish(Unary):
    """x * min(max(x + 3, 0), 6) / 6."""

    NAME: ClassVar[str] = "hard_swish"
    TFLITE: ClassVar = ("HARD_SWISH",)
    OPERATION: ClassVar = Operation.HARD_SWISH
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, UINT8, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (quantised_operands(INT8, UINT8), output_is_fine_enough)

    def floats(self, x: Array) -> Array:
        bounded = np.clip(x + np.float32(3), np.float32(0), np.float32(6))
        return np.asarray(x * bounded / np.float32(6))

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        """In int16 fixed point, as reference_ops::HardSwish."""
        a, out = site.input(0), site.output
        multiplier, exponent = _hard_swish_scale(site)
        fine = np.float32(1 / 128) * np.float32(a.scale)
        wide, power = quantize_multiplier(float(fine / np.float32(3 / 32768)))
        steps = (x - a.zero_point) << 7
        scaled = _high_mul(steps, _to_int16(multiplier))
        share = steps
        if power > 0:
            share = _saturate(share << (power - 1))
        share = _high_mul(share, _to_int16(wide))
        if power > 0:
            share = _saturate(share << 1)
        if power < 0:
            share = rounding_divide_by_pot(share, -power)
        share = (share + (1 << 15)) >> 1  # from [-1, 1] to [0, 1]
        product = share * scaled
        found = rounding_divide_by_pot(np.sign(product) * (np.abs(product) >> 15), -exponent)
        return np.clip(found + out.zero_point, *integer_range(out.dtype))

    def lower(self, site: Site, target: Target) -> Kernel:
        if site.input(0).dtype.is_float:
            return self.lower_plain(site)
        return lower_table(site, self.integers(site, values_of(site.input(0).dtype)))
