"""FLOOR_DIV, FLOOR_MOD, POW, ATAN2, MINIMUM, MAXIMUM, LOGICAL_AND, LOGICAL_OR, with broadcasting;
and what all functions of two elements share.

Source: TFLite kernels/{floor_div,floor_mod,pow,atan2,maximum_minimum,logical}.cc, their reference
functions. Integers are taken as they are, whatever their scales.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..intervals import Interval
from ..ir import Array, DType, Site
from ..program import Kernel, Literal
from ..quant import float_range, integer_range
from ..target import Target
from .broadcast import broadcast_shape, inputs_broadcast, pair_kernel, repeated_overlap
from .reach import candidates
from .room import Activation, Op, Rule, Shape, Signature, TfliteOptions, rule

INT8, UINT8, INT16, INT32 = DType.INT8, DType.UINT8, DType.INT16, DType.INT32
INT64, FLOAT32, BOOL = DType.INT64, DType.FLOAT32, DType.BOOL

# The enumeration of types of runtime/nn_elements.h.
ELEMENTS: dict[DType, int] = {
    DType.INT8: 0,
    DType.UINT8: 1,
    DType.INT16: 2,
    DType.UINT16: 3,
    DType.INT32: 4,
    DType.UINT32: 5,
    DType.INT64: 6,
    DType.FLOAT32: 7,
    DType.BOOL: 8,
}


class Operation(enum.IntEnum):
    """The enumeration of operations of runtime/nn_binary.h."""

    ADD = 0
    SUB = 1
    MUL = 2
    DIV = 3
    FLOOR_DIV = 4
    FLOOR_MOD = 5
    MINIMUM = 6
    MAXIMUM = 7
    SQUARED_DIFFERENCE = 8
    PRELU = 9
    EQUAL = 10
    NOT_EQUAL = 11
    GREATER = 12
    GREATER_EQUAL = 13
    LESS = 14
    LESS_EQUAL = 15
    POW = 16
    ATAN2 = 17
    BITWISE_XOR = 18
    RIGHT_SHIFT = 19
    RIGHT_SHIFT_UNSIGNED = 20


def same_types(*dtypes: DType) -> tuple[Signature, ...]:
    """Two inputs and an output of one type."""
    return tuple(Signature((t, t), (t,)) for t in dtypes)


def apply_floats(operation: Operation, a: Array, b: Array) -> Array:
    """The operation on float32, before any clamp."""
    with np.errstate(all="ignore"):
        match operation:
            case Operation.ADD:
                return np.add(a, b)
            case Operation.SUB:
                return np.subtract(a, b)
            case Operation.MUL:
                return np.multiply(a, b)
            case Operation.DIV:
                return np.divide(a, b)
            case Operation.FLOOR_DIV:
                return np.floor(a.astype(np.float64) / b).astype(np.float32)
            case Operation.FLOOR_MOD:
                rest = np.fmod(a, b)
                return np.where((rest != 0) & ((b < 0) != (rest < 0)), rest + b, rest)
            case Operation.MINIMUM:
                return np.where(a < b, a, b)
            case Operation.MAXIMUM:
                return np.where(a > b, a, b)
            case Operation.SQUARED_DIFFERENCE:
                return np.square(np.subtract(a, b))
            case Operation.POW:
                return np.power(a.astype(np.float64), b).astype(np.float32)
            case Operation.ATAN2:
                return np.arctan2(a, b)
            case Operation.PRELU:
                return np.where(a >= 0, a, a * b)
    raise AssertionError(operation)


def apply_integers(operation: Operation, a: Array, b: Array) -> Array:
    """The operation on int64 whose values are those of a narrower type, before wrapping to it;
    int64 itself wraps. Divisions by 0 give 0."""
    some = np.where(b == 0, 1, b)
    with np.errstate(all="ignore"):
        match operation:
            case Operation.ADD:
                return np.add(a, b)
            case Operation.SUB:
                return np.subtract(a, b)
            case Operation.MUL:
                return np.multiply(a, b)
            case Operation.DIV:
                quotient = np.abs(a) // np.abs(some) * np.sign(a) * np.sign(some)
                return np.where(b == 0, 0, quotient)
            case Operation.FLOOR_DIV:
                return np.where(b == 0, 0, np.floor_divide(a, some))
            case Operation.FLOOR_MOD:
                return np.where(b == 0, 0, a % some)
            case Operation.MINIMUM:
                return np.minimum(a, b)
            case Operation.MAXIMUM:
                return np.maximum(a, b)
            case Operation.SQUARED_DIFFERENCE:
                return np.square(np.subtract(a, b))
            case Operation.POW:
                return np.where(b < 0, 0, np.power(a, np.maximum(b, 0)))
            case Operation.BITWISE_XOR:
                return np.bitwise_xor(a, b)
    raise AssertionError(operation)


def integer_limits(activation: Activation, dtype: DType) -> tuple[int, int]:
    """The clamp of a fused activation on plain integers (TFLite CalculateActivationRange)."""
    low, high = (0, 1) if dtype is DType.BOOL else integer_range(dtype)
    real_low, real_high = activation.bounds
    return max(low, int(max(real_low, low))), min(high, int(min(real_high, high)))


@dataclass(frozen=True)
class Binary(Op):
    """a, b → output of the shape that both broadcast to."""

    OPERATION: ClassVar[Operation]
    INPUTS: ClassVar = (2, 2)
    POINTWISE: ClassVar = True
    RULES: ClassVar[tuple[Rule, ...]] = (inputs_broadcast,)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Op:
        return cls()

    @property
    def clamp(self) -> Activation:
        """The fused activation, where the operator has one."""
        return Activation(getattr(self, "activation", Activation.NONE))

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        shape = broadcast_shape(site.input(0).shape, site.input(1).shape)
        assert shape is not None
        return (shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        return (self.plain(site, a, b),)

    def plain(self, site: Site, a: Array, b: Array) -> Array:
        """Its meaning on floats and on integers without scales."""
        dtype = site.output.dtype
        if dtype.is_float:
            found = apply_floats(self.OPERATION, a, b)
            if self.OPERATION <= Operation.DIV:
                low, high = float_range(self.clamp)
                found = np.clip(found, np.float32(low), np.float32(high))
            return found.astype(np.float32)
        wide = apply_integers(self.OPERATION, a.astype(np.int64), b.astype(np.int64))
        wrapped = wide.astype(dtype.numpy).astype(np.int64)
        if self.OPERATION <= Operation.DIV:
            wrapped = np.clip(wrapped, *integer_limits(self.clamp, dtype))
        return wrapped.astype(dtype.numpy)

    def lower(self, site: Site, target: Target) -> Kernel:
        return self.lower_plain(site)

    def lower_plain(self, site: Site) -> Kernel:
        """The kernel for floats and integers without scales."""
        dtype = site.output.dtype
        params: dict[str, Literal] = {"operation": int(self.OPERATION)}
        if dtype.is_float:
            low, high = float_range(self.clamp)
            return pair_kernel(site, "binary_f32", params | {"low": low, "high": high})
        least, most = integer_limits(self.clamp, dtype)
        limits: dict[str, Literal] = {"low": least, "high": most}
        if dtype is DType.INT64:
            return pair_kernel(site, "binary_s64", params | limits)
        return pair_kernel(site, "binary_int", params | {"type": ELEMENTS[dtype]} | limits)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return repeated_overlap(site)


@dataclass(frozen=True)
class FloorDiv(Binary):
    """a / b, rounded down."""

    NAME: ClassVar[str] = "floor_div"
    TFLITE: ClassVar = ("FLOOR_DIV",)
    OPERATION: ClassVar = Operation.FLOOR_DIV
    SIGNATURES: ClassVar = same_types(INT8, INT16, INT32, FLOAT32)


@dataclass(frozen=True)
class FloorMod(Binary):
    """The rest of a / b rounded down: it has the sign of b."""

    NAME: ClassVar[str] = "floor_mod"
    TFLITE: ClassVar = ("FLOOR_MOD",)
    OPERATION: ClassVar = Operation.FLOOR_MOD
    SIGNATURES: ClassVar = same_types(INT8, INT16, INT32, INT64, FLOAT32)


@dataclass(frozen=True)
class Pow(Binary):
    """a to the power of b. Integers: TFLite stops at a negative b, where this is 0, and a power
    beyond 32 bits is undefined in it; here it wraps round."""

    NAME: ClassVar[str] = "pow"
    TFLITE: ClassVar = ("POW",)
    OPERATION: ClassVar = Operation.POW
    SIGNATURES: ClassVar = same_types(INT32, FLOAT32)


@rule("export the model again")
def same_shapes(op: Op, site: Site) -> str | None:
    """Both inputs have one shape."""
    a, b = site.input(0).shape, site.input(1).shape
    return None if a == b else f"{list(a)} and {list(b)}"


@dataclass(frozen=True)
class Atan2(Binary):
    """The angle of the point (b, a)."""

    NAME: ClassVar[str] = "atan2"
    TFLITE: ClassVar = ("ATAN2",)
    OPERATION: ClassVar = Operation.ATAN2
    SIGNATURES: ClassVar = same_types(FLOAT32)
    RULES: ClassVar[tuple[Rule, ...]] = (same_shapes,)


def extreme_operand(site: Site, inputs: Sequence[Interval | None], sign: int) -> int | None:
    """The operand that is never below (`sign` 1) or above (-1) the other."""
    for n in candidates(site):
        mine, other = inputs[n], inputs[1 - n]
        if mine is None or other is None:
            continue
        ends = (mine.low, other.high) if sign > 0 else (other.low, mine.high)
        if (ends[0] >= ends[1]).all():
            return n
    return None


@dataclass(frozen=True)
class Minimum(Binary):
    """The smaller of a and b."""

    NAME: ClassVar[str] = "minimum"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("MINIMUM",)
    OPERATION: ClassVar = Operation.MINIMUM
    SIGNATURES: ClassVar = same_types(INT8, UINT8, INT16, INT32, INT64, FLOAT32)

    def same_as(self, site: Site, inputs: Sequence[Interval | None]) -> int | None:
        return extreme_operand(site, inputs, -1)


@dataclass(frozen=True)
class Maximum(Binary):
    """The greater of a and b."""

    NAME: ClassVar[str] = "maximum"
    MONOTONE: ClassVar = True
    TFLITE: ClassVar = ("MAXIMUM",)
    OPERATION: ClassVar = Operation.MAXIMUM
    SIGNATURES: ClassVar = same_types(INT8, UINT8, INT16, INT32, INT64, FLOAT32)

    def same_as(self, site: Site, inputs: Sequence[Interval | None]) -> int | None:
        return extreme_operand(site, inputs, 1)


@dataclass(frozen=True)
class LogicalAnd(Binary):
    """a and b."""

    NAME: ClassVar[str] = "logical_and"
    TFLITE: ClassVar = ("LOGICAL_AND",)
    OPERATION: ClassVar = Operation.MINIMUM
    SIGNATURES: ClassVar = same_types(BOOL)


@dataclass(frozen=True)
class LogicalOr(Binary):
    """a or b."""

    NAME: ClassVar[str] = "logical_or"
    TFLITE: ClassVar = ("LOGICAL_OR",)
    OPERATION: ClassVar = Operation.MAXIMUM
    SIGNATURES: ClassVar = same_types(BOOL)
