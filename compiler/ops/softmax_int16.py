"""SOFTMAX of int16 to int16: exponentials and the reciprocal of their sum from tables of 513
values with straight lines between.

Source: TFLite reference_ops::SoftmaxInt16, SoftmaxPrepare, LUTPopulate and LUTLookup.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np

from ..ir import Site
from ..program import Const, Form, In, Kernel, Out
from ..quant import Int64Array, multiply_by_quantized_multiplier, quantize_multiplier
from .steps import round_half_away

STEPS = 512
RANGE = 65535  # int16's greatest value less its least
LOW, HIGH = -(1 << 15), (1 << 15) - 1


def _table(function: Callable[[float], float], scale: float, zero: int) -> Int64Array:
    """function(scale * (q - zero)) for q = -32768, -32640, … in units of 2 / 65535, each moved by
    half the error that the straight line to the next has in its middle."""
    least, most = scale * (LOW - zero), scale * (HIGH - zero)
    step = (most - least) / STEPS
    units = 2.0 / RANGE
    inverse = 65536.0 / (units * HIGH - units * LOW)

    def at(i: int, more: float = 0.0) -> float:
        return function(least + i * step + more) * inverse

    def nearest(x: float) -> float:
        return float(round_half_away(np.array(x)))

    values = []
    for i in range(STEPS):
        value = nearest(at(i))
        middle = nearest((at(i + 1) + value) / 2) - nearest(at(i, step / 2))
        values.append(value - nearest(middle / 2))
    values.append(nearest(function(most) * inverse))
    table: Int64Array = np.clip(np.array(values), LOW, HIGH).astype(np.int64)
    return table


def tables() -> tuple[Int64Array, Int64Array]:
    """exp(x) for x in [-10, 0] and 1 / (1 + x) for x in [0, 1]."""
    exponentials = _table(math.exp, 10.0 / RANGE, HIGH)
    return exponentials, _table(lambda x: 1.0 / (1.0 + x), 1.0 / RANGE, LOW)


def _look_up(x: Int64Array, table: Int64Array) -> Int64Array:
    index = 256 + (x >> 7)
    slope = table[index + 1] - table[index]
    found: Int64Array = table[index] + ((slope * (x & 0x7F) + 64) >> 7)
    return found


def multiplier(scale: float, beta: float) -> tuple[int, int]:
    """Of differences, such that 65535 stands for 10. The first product is float32."""
    return quantize_multiplier(float(np.float32(scale) * np.float32(beta)) / (10.0 / 65535.0))


def reference(x: Int64Array, scale: float, beta: float) -> Int64Array:
    exponentials, reciprocals = tables()
    below = x - x.max(axis=-1, keepdims=True)
    scaled = multiply_by_quantized_multiplier(below, *multiplier(scale, beta)) + HIGH
    exps = _look_up(np.clip(scaled, LOW, HIGH), exponentials)
    sums = exps.sum(axis=-1, keepdims=True)
    bits = np.frexp(sums.astype(np.float64))[1].astype(np.int64)  # sums are below 2^bits
    shifted = ((sums << (31 - bits)) + (1 << 13)) >> 14
    inverse = _look_up(np.clip(shifted - (1 << 15) - (1 << 16), LOW, HIGH), reciprocals)
    right = bits - 1
    found: Int64Array = np.clip((exps * inverse + (np.int64(1) << (right - 1))) >> right, 0, HIGH)
    return found


def lower(site: Site, beta: float, rows: int) -> Kernel:
    x = site.input(0)
    factor, shift = multiplier(x.scale, beta)
    exponentials, reciprocals = tables()
    return Kernel(
        "nn_softmax_s16", "nn_softmax_s16.h", Form.FLAT,
        {"depth": x.shape[-1], "multiplier": factor, "shift": shift},
        (In(0), Out(0), Const("exponentials", exponentials.astype(np.int16)),
         Const("reciprocals", reciprocals.astype(np.int16))), units=rows,
    )  # fmt: skip
