"""SOFTMAX over the last axis: out[i] = exp(beta * in[i]) / sum over j of exp(beta * in[j]).

Source: TFLite reference_ops::Softmax. For int8 that is fixed-point arithmetic of gemmlowp; as
in[i] - max takes 256 values, its exponentials are a table made here; of two elements the outputs
are, by their difference.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import (
    Int64Array,
    integer_range,
    quantize_multiplier,
    rounding_divide_by_pot,
    saturating_rounding_doubling_high_mul,
)
from ..target import Target
from . import softmax_int16
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised

INT8, UINT8, INT16 = DType.INT8, DType.UINT8, DType.INT16
FLOAT32 = DType.FLOAT32

INTEGER_BITS = 5  # of the scaled differences: Q5.26
SUM_BITS = 12  # integer bits of the sum of exponentials, which are Q0.31
LARGEST = (1 << 31) - 1


@rule("reshape the input before")
def has_an_axis(op: Softmax, site: Site) -> str | None:
    """An input of rank 1 or more; at most 4095 elements of int8, 65535 of int16, along the last
    axis."""
    x = site.input(0)
    if not x.shape:
        return "a scalar"
    if not x.dtype.is_float and x.shape[-1] > (65535 if x.dtype is INT16 else 4095):
        return f"{x.shape[-1]} elements"
    return None


@rule("convert the model again with TensorFlow Lite's converter")
def output_is_a_fraction(op: Softmax, site: Site) -> str | None:
    """int8: the output's scale is 1/256 (int16: 1/65536), its zero point the least value. int16 to
    int16: 1/32768 and 0."""
    x, out = site.input(0), site.output
    if out.dtype.is_float:
        return None
    if x.dtype is INT16 and abs(out.scale * 32768 - 1) <= 0.001 and out.zero_point == 0:
        return None
    steps = 1 << 8 * out.dtype.bytes
    fraction = x.dtype is not INT16 and abs(out.scale * steps - 1) <= 0.001
    if fraction and out.zero_point == integer_range(out.dtype)[0]:
        return None
    return f"scale {out.scale:.9g}, zero point {out.zero_point}"


@rule("scale the input before instead")
def beta_is_usable(op: Softmax, site: Site) -> str | None:
    """beta is positive; integers: beta times the input's scale is above 2^-26, int16: below 5."""
    x = site.input(0)
    if op.beta > 0 and (x.dtype.is_float or op.beta * x.scale > 2.0**-26):
        return None if x.dtype is not INT16 or op.beta * x.scale < 5 else f"beta {op.beta}"
    return f"beta {op.beta}"


@rule("quantise the model again")
def int16_input_symmetric(op: Softmax, site: Site) -> str | None:
    """int16 inputs have zero point 0."""
    x = site.input(0)
    return None if x.dtype is not INT16 or x.zero_point == 0 else f"{x.zero_point}"


@dataclass(frozen=True)
class Softmax(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "softmax"
    TFLITE: ClassVar = ("SOFTMAX",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (
        Signature((INT8,), (INT8,)),
        Signature((INT8,), (INT16,)),
        Signature((INT16,), (INT16,)),
        Signature((UINT8,), (UINT8,)),
        Signature((FLOAT32,), (FLOAT32,)),
    )
    RULES: ClassVar = (
        has_an_axis,
        activations_quantised,
        output_is_a_fraction,
        beta_is_usable,
        int16_input_symmetric,
    )

    beta: float = 1.0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Softmax:
        o: Any = options.read(tflite.SoftmaxOptions)
        return cls(float(o.Beta()))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype.kind == "f":
            wide = x.astype(np.float64)
            exps = np.exp((wide - wide.max(axis=-1, keepdims=True)) * self.beta)
            return ((exps / exps.sum(axis=-1, keepdims=True)).astype(np.float32),)
        wide = x.astype(np.int64)
        if x.dtype == np.int16:
            found = softmax_int16.reference(x.astype(np.int64), site.input(0).scale, self.beta)
            return (found.astype(np.int16),)
        below = wide.max(axis=-1, keepdims=True) - wide
        table = np.zeros(256, np.int64)
        exps = exponentials(site.input(0).scale, self.beta)
        table[: len(exps)] = exps
        sums = rounding_divide_by_pot(table[below], SUM_BITS).sum(axis=-1, keepdims=True)
        scale, over_unit = reciprocal(sums)
        product = saturating_rounding_doubling_high_mul(scale, table[below])
        out = site.output.dtype
        low, high = integer_range(out)
        shift = np.minimum(over_unit + 31 - 8 * out.bytes, 31)
        y = np.minimum(rounding_divide_by_pot(product, shift) + low, high)
        return (y.astype(out.numpy),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        depth = x.shape[-1]
        rows = x.elements // depth if depth else 0
        if x.dtype.is_float:
            params = {"depth": depth, "beta": self.beta}
            operands = (In(0), Out(0))
            function = "nn_softmax_f32"
            return Kernel(function, f"{function}.h", Form.FLAT, params, operands, units=rows)
        if x.dtype is INT16:
            return softmax_int16.lower(site, self.beta, rows)
        if depth == 2 and (x.dtype, site.output.dtype) == (INT8, INT8):
            return self._of_two(site, rows)
        exps = exponentials(x.scale, self.beta)
        table = Const("exponentials", exps.astype(np.int32), comment="of 0, -1, … steps, Q0.31")
        suffixes = dict.fromkeys((x.dtype.suffix, site.output.dtype.suffix))
        function = f"nn_softmax_{'_'.join(suffixes)}"
        return Kernel(
            function, f"{function}.h", Form.FLAT,
            {"depth": depth, "entries": len(exps)}, (In(0), Out(0), table), units=rows,
        )  # fmt: skip

    def _of_two(self, site: Site, rows: int) -> Kernel:
        """Two elements: both outputs by how far they are apart."""
        apart = np.arange(256)
        (pairs,) = self.reference(
            site, [np.stack([127 + 0 * apart, 127 - apart], 1).astype(np.int8)]
        )
        changes = np.flatnonzero((pairs[1:] != pairs[:-1]).any(axis=1))
        entries = int(changes[-1]) + 2 if len(changes) else 1
        kept = pairs[:entries]
        # Together they are 1, but where both are rounded up; then the greater needs no table.
        mirrored = bool((kept[:, 0] == np.minimum(-kept[:, 1].astype(np.int64), 127)).all())
        if mirrored:
            kept = kept[:, 1:]
        comment = "of the other" if mirrored else "of the greater and the other"
        table = Const("fractions", kept.ravel(), comment=comment)
        return Kernel(
            "nn_softmax_two_s8", "nn_softmax_two_s8.h", Form.FLAT,
            {"entries": entries, "mirrored": int(mirrored)}, (In(0), Out(0), table), units=rows,
        )  # fmt: skip

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0} if site.output.dtype is site.input(0).dtype else {}


def exponentials(scale: float, beta: float) -> Int64Array:
    """exp(-beta * scale * d) as Q0.31 for d = 0, 1, …; those left out at the end change nothing:
    below 2^11 they are rounded to zero in the sum and in every output."""
    real = min(beta * scale * 2.0 ** (31 - INTEGER_BITS), float(LARGEST))
    multiplier, left = quantize_multiplier(real)
    radius = math.floor(((1 << INTEGER_BITS) - 1) * 2.0 ** (31 - INTEGER_BITS - left))
    below = np.arange(min(radius, 255) + 1, dtype=np.int64)
    scaled = _mul(-below << left, multiplier)
    exps = exp_on_negative_values(scaled)
    needed = np.flatnonzero(exps >= 1 << (SUM_BITS - 1))
    return exps[: needed[-1] + 1]


def _mul(a: Int64Array | int, b: Int64Array | int) -> Int64Array:
    return saturating_rounding_doubling_high_mul(np.asarray(a, np.int64), np.asarray(b, np.int64))


def exp_on_negative_values(a: Int64Array) -> Int64Array:
    """gemmlowp's exp of a <= 0 in Q5.26, as Q0.31: a Taylor polynomial about -1/8 on [-1/4, 0),
    then factors exp(-1/4), exp(-1/2), … for the bits of what is left."""
    quarter = 1 << (31 - INTEGER_BITS - 2)
    fraction = (a & (quarter - 1)) - quarter
    x = (fraction << INTEGER_BITS) + (1 << 28)
    x2 = _mul(x, x)
    x3, x4 = _mul(x2, x), _mul(x2, x2)
    third, constant = 715827883, 1895147668  # 1/3, exp(-1/8)
    cubic = _mul(rounding_divide_by_pot(x4, 2) + x3, third) + x2
    result = constant + _mul(constant, x + rounding_divide_by_pot(cubic, 1))
    rest = fraction - a
    factors = (1672461947, 1302514674, 790015084, 290630308, 39332535, 720401, 242)
    for bit, factor in enumerate(factors, 31 - INTEGER_BITS - 2):  # exp(-2^(bit - 26))
        result = np.where(rest & (1 << bit), _mul(result, factor), result)
    return np.where(a == 0, LARGEST, result)


def reciprocal(x: Int64Array) -> tuple[Int64Array, Int64Array]:
    """1 / x as Q0.31 and how many bits x is above 1 (TFLite GetReciprocal, gemmlowp
    one_over_one_plus_x_for_x_in_0_1: three steps of Newton)."""
    headroom = 32 - np.frexp(x.astype(np.float64))[1].astype(np.int64)
    half = ((x << headroom) - (1 << 31) + (1 << 31)) >> 1
    y = 1515870810 + _mul(half, -1010580540)  # 48/17 - 32/17 * half, Q2.29
    for _ in range(3):
        y = y + (_mul(y, (1 << 29) - _mul(half, y)) << 2)
    return np.minimum(y << 1, LARGEST), SUM_BITS - headroom
