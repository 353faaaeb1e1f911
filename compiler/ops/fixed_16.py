"""Fixed-point functions of int16 as LSTMs use them: gemmlowp's (fixedpoint.h) exp, logistic, tanh.
runtime/nn_fixed_s16.h is the C twin. Q(b).(15 - b) has b integer bits."""

from __future__ import annotations

import numpy as np

from ..quant import Int64Array, rounding_divide_by_pot

ONE = 32767  # of Q0.15, nearly


def mul(a: Int64Array | int, b: Int64Array | int) -> Int64Array:
    """SaturatingRoundingDoublingHighMul of int16: (a * b) / 2^15, ties up."""
    product = (np.asarray(a, np.int64) * np.asarray(b, np.int64) + (1 << 14)) >> 15
    saturated: Int64Array = np.minimum(product, 32767)
    return saturated


def left(a: Int64Array, bits: int) -> Int64Array:
    """a * 2^bits, saturated."""
    saturated: Int64Array = np.clip(a << bits, -32768, 32767)
    return saturated


def exp_on_negative_values(a: Int64Array, bits: int) -> Int64Array:
    """exp of a <= 0 with `bits` integer bits, as Q0.15: a Taylor polynomial about -1/8 on
    [-1/4, 0), then factors exp(-2^e) for the bits of what is left."""
    fraction_bits = 15 - bits
    quarter = 1 << (fraction_bits - 2)
    fraction = (a & (quarter - 1)) - quarter
    x = left(fraction, bits) + (1 << 12)
    x2 = mul(x, x)
    x3, x4 = mul(x2, x), mul(x2, x2)
    third, constant = 10923, 28918  # 1/3, exp(-1/8)
    cubic = rounding_divide_by_pot(mul(rounding_divide_by_pot(x4, 2) + x3, third) + x2, 1)
    result = np.minimum(constant + mul(constant, x + cubic), 32767)
    rest = fraction - a
    # exp(-2^e) for e from -2
    for e, factor in enumerate((25520, 19875, 12055, 4435, 600, 11, 0), -2):
        if bits > e:
            result = np.where(rest & (1 << (fraction_bits + e)), mul(result, factor), result)
    if bits > 5:
        result = np.where(a < -(32 << fraction_bits), 0, result)
    return np.where(a == 0, ONE, result)


def _reciprocal(a: Int64Array) -> Int64Array:
    """2 / (1 + a) for a in [0, 1] of Q0.15, as Q2.13: three steps of Newton."""
    half = (a + ONE + 1) >> 1
    x = 23130 + mul(half, -15420)
    for _ in range(3):
        x = x + left(mul(x, (1 << 13) - mul(half, x)), 2)
    return x


def logistic(a: Int64Array) -> Int64Array:
    """Of Q3.12, as Q0.15."""
    size = np.where(a > 0, -a, a)
    positive = left(_reciprocal(exp_on_negative_values(size, 3)), 1)
    return np.where(a == 0, 1 << 14, np.where(a > 0, positive, ONE - positive))


def tanh(a: Int64Array, bits: int) -> Int64Array:
    """Of `bits` integer bits, as Q0.15."""
    size = np.where(a < 0, a, -a)
    positive = left(_reciprocal(exp_on_negative_values(size, bits + 1)) - (1 << 13), 2)
    return np.where(a == 0, 0, np.where(a < 0, -positive, positive))
