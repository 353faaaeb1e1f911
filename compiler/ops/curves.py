"""What LOGISTIC and TANH share: tables of 8-bit values, and TFLite's interpolation for int16.

Source: TFLite kernels/activations.cc, LUTPopulate in internal/common.h, and
reference_integer_ops::Logistic and Tanh.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ..ir import Array, DType, Site, Tensor
from ..program import Const, Form, In, Kernel, Operand, Out
from ..quant import Int64Array, integer_range
from .pointwise import values_of
from .room import Op, Signature, rule
from .steps import round_half_away

INT8, UINT8, INT16, FLOAT32 = DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT32
SIGNATURES = tuple(Signature((t,), (t,)) for t in (INT8, UINT8, INT16, FLOAT32))

Reals = npt.NDArray[np.float64]
Function = Callable[[Reals], Reals]

# TFLite's table of 65536 / (1 + exp(-i / 24)) is one above the nearest integer here.
_ONE_ABOVE = (
    4, 8, 12, 14, 15, 16, 17, 19, 20, 21, 22, 25, 27, 28, 29, 30, 31, 33, 34, 35, 37, 39, 40, 41,
    43, 44, 45, 46, 49, 50, 54, 62, 63, 64, 66, 82, 86, 93, 100, 103, 112, 116, 135, 255,
)  # fmt: skip


def sigmoid_table() -> Int64Array:
    """65536 / (1 + exp(-i / 24)) for i < 256."""
    exact = 65536.0 / (1.0 + np.exp(-np.arange(256) / 24.0))
    table: Int64Array = np.rint(exact).astype(np.int64)
    table[list(_ONE_ABOVE)] += 1
    return table


def sigmoid_const() -> Const:
    """The table as kernels of int16 read it."""
    values = sigmoid_table().astype(np.uint16)
    return Const("sigmoid", values, comment="65536 / (1 + exp(-i / 24))")


@rule("quantise the model again")
def int16_is_usable(op: Op, site: Site) -> str | None:
    """int16: zero points 0, an input scale below 5 and an output scale of 1/32768."""
    x, out = site.input(0), site.output
    if x.dtype is not INT16:
        return None
    found = x.zero_point, out.zero_point, x.scale, out.scale
    if found[:2] == (0, 0) and x.scale < 5 and log2_of(out.scale) == -15:
        return None
    return "zero points {}, {}, scales {:.9g}, {:.9g}".format(*found)


def log2_of(scale: float) -> int | None:
    """The power of two that a scale is to within a thousandth (TFLite CheckedLog2), else None."""
    real = float(np.float32(math.log(scale)) * np.float32(1.4426950408889634))
    nearest = int(round_half_away(np.array([real]))[0])
    return nearest if abs(real - nearest) < 1e-3 else None


@dataclass(frozen=True)
class Steps16:
    """How int16 inputs become steps of a 24th * 2^-9 (LOGISTIC) or a 48th * 2^-8 (TANH):
    (x * multiplier + half of 2^right) >> right."""

    multiplier: int
    right: int

    def __call__(self, x: Int64Array) -> Int64Array:
        half = 1 << self.right >> 1
        return (x * self.multiplier + half) >> self.right


def steps_of(x: Tensor, most_left: int) -> Steps16:
    """As LogisticPrepare and TanhPrepare choose: exact for 2^-12 shifted left by up to
    `most_left`, else a multiplier of 15 bits."""
    power = log2_of(x.scale)
    if power is not None and 0 <= power + 12 <= most_left:
        return Steps16(3 << (power + 12), 0)
    multiplier, right = float(np.float32(x.scale)) * 4096.0 * 3.0, 0
    while multiplier <= 32767.0 / 2.0 and right <= 30:
        right += 1
        multiplier *= 2.0
    return Steps16(int(multiplier), right)


def interpolated(x: Int64Array, bits: int) -> Int64Array:
    """The table between its entries at |x| / 2^bits, in units of 2^-bits."""
    table = sigmoid_table()
    size = np.abs(x)
    index = np.minimum(size >> bits, 254)
    a, b = table[index], table[index + 1]
    between: Int64Array = (a << bits) + (size & ((1 << bits) - 1)) * (b - a)
    return between


def logistic_16(steps: Int64Array) -> Int64Array:
    """LOGISTIC of 24ths * 2^-9, as Q0.15."""
    rising = np.where(np.abs(steps) >> 9 >= 255, 0x7FFF << 10, interpolated(steps, 9))
    falling = (1 << 25) - rising - 1
    return (np.where(steps >= 0, rising, falling) + (1 << 9)) >> 10


def tanh_16(steps: Int64Array) -> Int64Array:
    """TANH of 48ths * 2^-8, as Q0.15."""
    rising = np.where(np.abs(steps) >> 8 >= 255, 0xFFFF << 8, interpolated(steps, 8))
    signed = np.where(steps >= 0, rising - (1 << 23), (1 << 23) - rising - 1)
    return (signed + (1 << 7)) >> 8


def table_of(site: Site, function: Function, x: Int64Array) -> Int64Array:
    """The function of 8-bit values, by float32 as TFLite does."""
    a, out = site.input(0), site.output
    real = np.float32(a.scale) * (x - a.zero_point).astype(np.float32)
    with np.errstate(over="ignore"):
        values = function(real.astype(np.float64)).astype(np.float32)
    steps = round_half_away((values * (np.float32(1) / np.float32(out.scale))).astype(np.float64))
    moved = (steps.astype(np.float32) + np.float32(out.zero_point)).astype(np.int64)
    return np.clip(moved, *integer_range(out.dtype))


def reference(site: Site, x: Array, function: Function) -> Array:
    """The function of floats, or of 8-bit values."""
    if x.dtype.kind == "f":
        with np.errstate(over="ignore"):
            return function(x.astype(np.float64)).astype(np.float32)
    return table_of(site, function, x.astype(np.int64)).astype(x.dtype)


def lower(site: Site, name: str, function: Function, steps: Steps16 | None) -> Kernel:
    """The kernel of LOGISTIC or TANH; `steps` for int16."""
    x = site.input(0)
    params: dict[str, int | float | bool] = {}
    tables: Sequence[Const] = ()
    kernel = f"nn_{name}_{x.dtype.suffix}"
    if x.dtype in (INT8, UINT8):
        kernel = f"nn_table_{x.dtype.suffix}"
        values = table_of(site, function, values_of(x.dtype)).astype(x.dtype.numpy)
        tables = (Const("table", values, comment="of every input, ascending"),)
    elif steps is not None:
        params = {"multiplier": steps.multiplier, "right": steps.right}
        tables = (sigmoid_const(),)
    operands: tuple[Operand, ...] = (In(0), Out(0), *tables)
    return Kernel(kernel, f"{kernel}.h", Form.FLAT, params, operands, x.elements)
