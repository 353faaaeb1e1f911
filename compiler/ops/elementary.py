"""ABS, EXP, LOG, SQRT, RSQRT.

Source: TFLite kernels/elementwise.cc and exp.cc. int8 is a table of 256 values and int16 one of 513
samples (ops/lookup.py), made as these kernels compute them.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import (
    Int64Array,
    integer_range,
    inverse_root,
    multiply_by_quantized_multiplier,
    quantize_multiplier,
)
from ..target import Target
from .binary import FLOAT32, INT8, INT16, INT32
from .lookup import Function, interpolate, lower_samples, lower_table, samples, table
from .pointwise import scale_ratio, values_of
from .room import Op, Rule, Signature, rule
from .rules import quantised_operands
from .unary import Operation, Unary, same_type


@rule("quantise the model with a representative data set")
def ratio_fits(op: Op, site: Site) -> str | None:
    """Quantised: the input's scale is below 2^14 times the output's, so that shifted values stay
    within 32 bits."""
    x, out = site.input(0), site.output
    if x.dtype not in (INT8, DType.UINT8, INT16) or x.quant is None:
        return None
    if x.scale < out.scale * (1 << 14):
        return None
    return f"scales {x.scale:.3g} in, {out.scale:.3g} out"


@dataclass(frozen=True)
class Looked(Unary):
    """A function whose int8 and int16 come from tables of its float32 values."""

    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, INT16, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (quantised_operands(INT8, INT16),)

    def real(self, site: Site) -> Function:
        """The function that the tables are made of."""
        return self.floats

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        if site.input(0).dtype is INT16:
            return interpolate(samples(site, self.real(site)), x)
        low = integer_range(site.input(0).dtype)[0]
        return np.asarray(self.values(site)[x - low])

    def values(self, site: Site) -> Int64Array:
        """Of all inputs of the 8-bit type, ascending."""
        return table(site, self.real(site))

    def lower(self, site: Site, target: Target) -> Kernel:
        if site.output.dtype.is_float:
            return self.lower_plain(site)
        if site.input(0).dtype is INT16:
            return lower_samples(site, samples(site, self.real(site)))
        return lower_table(site, self.values(site))


@dataclass(frozen=True)
class Abs(Looked):
    """|x|."""

    NAME: ClassVar[str] = "abs"
    TFLITE: ClassVar = ("ABS",)
    OPERATION: ClassVar = Operation.ABS
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, INT16, INT32, FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (quantised_operands(INT8), ratio_fits)

    def floats(self, x: Array) -> Array:
        return np.abs(x)

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        """Quantised: |x - zero| at the output's scale."""
        a, out = site.input(0), site.output
        if a.dtype is INT32 or a.quant is None:
            return np.abs(x)
        magnitude = np.abs(x - a.zero_point)
        if a.scale != out.scale:
            magnitude = multiply_by_quantized_multiplier(magnitude, *scale_ratio(site))
        low, high = integer_range(out.dtype)
        return np.clip(np.asarray(magnitude + out.zero_point, np.int64), low, high)

    def values(self, site: Site) -> Int64Array:
        return self.integers(site, values_of(site.input(0).dtype))

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        if x.dtype is INT8:
            return lower_table(site, self.values(site))
        if x.dtype is not INT16 or x.quant is None:
            return self.lower_plain(site)
        # Equal scales: a multiplier of 1.
        multiplier, shift = scale_ratio(site)
        params: dict[str, Literal] = {
            "absolute": 1, "turned": 0, "multiplier": multiplier, "shift": shift,
            "negative_multiplier": 0, "negative_shift": 0,
        }  # fmt: skip
        function = "nn_slopes_s16"
        return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0)), x.elements)


@dataclass(frozen=True)
class Exp(Looked):
    """e to the power of x."""

    NAME: ClassVar[str] = "exp"
    TFLITE: ClassVar = ("EXP",)
    OPERATION: ClassVar = Operation.EXP

    def floats(self, x: Array) -> Array:
        return np.exp(x)


@dataclass(frozen=True)
class Log(Looked):
    """The natural logarithm; quantised: the least output where x <= 0."""

    NAME: ClassVar[str] = "log"
    TFLITE: ClassVar = ("LOG",)
    OPERATION: ClassVar = Operation.LOG

    def floats(self, x: Array) -> Array:
        return np.log(x)

    def real(self, site: Site) -> Function:
        out = site.output
        low = integer_range(out.dtype)[0]
        least = float(np.float32(low - out.zero_point) * np.float32(out.scale))
        return lambda x: np.where(x <= 0, least, np.log(np.where(x <= 0, 1.0, x)))


@dataclass(frozen=True)
class Sqrt(Looked):
    """The square root; integers below the zero point count as 0 (TensorFlow Lite refuses them)."""

    NAME: ClassVar[str] = "sqrt"
    TFLITE: ClassVar = ("SQRT",)
    OPERATION: ClassVar = Operation.SQRT

    def floats(self, x: Array) -> Array:
        return np.sqrt(x)

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        """Cut, not rounded (SqrtEvalQuantized)."""
        a, out = site.input(0), site.output
        steps = np.maximum(x - a.zero_point, 0).astype(np.float32)
        root = np.sqrt(np.float32(a.scale) * steps) / np.float32(out.scale)
        cut = np.minimum(root, 2.0**30).astype(np.int64)
        low, high = integer_range(out.dtype)
        return np.clip(np.asarray(cut + out.zero_point, np.int64), low, high)

    def values(self, site: Site) -> Int64Array:
        return self.integers(site, values_of(site.input(0).dtype))

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        if x.dtype is not INT16:
            return super().lower(site, target)
        function, params = "nn_sqrt_s16", {"scale": x.scale, "out_scale": site.output.scale}
        return Kernel(function, f"{function}.h", Form.FLAT, params, (In(0), Out(0)), x.elements)


@dataclass(frozen=True)
class Rsqrt(Looked):
    """1 over the square root; quantised: the greatest output where x <= 0."""

    NAME: ClassVar[str] = "rsqrt"
    TFLITE: ClassVar = ("RSQRT",)
    OPERATION: ClassVar = Operation.RSQRT

    def floats(self, x: Array) -> Array:
        return np.float32(1) / np.sqrt(x)

    def real(self, site: Site) -> Function:
        most = float(np.float32(32767) * np.float32(site.output.scale))

        def function(x: Array) -> Array:
            root = np.sqrt(np.where(x <= 0, 1.0, x)).astype(np.float32)
            return np.where(x <= 0, most, np.float32(1) / root)

        return function

    def values(self, site: Site) -> Int64Array:
        """In fixed point (RsqrtEvalQuantizedInt8)."""
        x, out = site.input(0), site.output
        root = np.float32(np.sqrt(np.float32(x.scale)))
        multiplier, shift = quantize_multiplier(float(1.0 / float(root * np.float32(out.scale))))
        found = []
        for step in (values_of(x.dtype) - x.zero_point).tolist():
            if step <= 0:
                found.append(127)
                continue
            inverse, right = inverse_root(step)
            one = multiply_by_quantized_multiplier(np.array([1]), inverse, right + 20)
            scaled = multiply_by_quantized_multiplier(one, multiplier, shift - 20)
            found.append(int(scaled[0]) + out.zero_point)
        return np.clip(np.array(found, np.int64), *integer_range(out.dtype))
