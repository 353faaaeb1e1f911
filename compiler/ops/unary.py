"""NEG, SIGN, SQUARE, SIN, COS, CEIL, FLOOR, ROUND, LOGICAL_NOT; what such functions share.

Source: TFLite kernels/{elementwise,neg,sign,ceil,floor,round}.cc. Integers are taken as they are.
"""

from __future__ import annotations

import enum
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Literal, Out
from ..quant import Int64Array
from ..target import Target
from .binary import BOOL, ELEMENTS, FLOAT32, INT8, INT16, INT32, INT64
from .room import Op, Shape, Signature, TfliteOptions


class Operation(enum.IntEnum):
    """The enumeration of operations of runtime/nn_unary.h."""

    ABS = 0
    NEG = 1
    EXP = 2
    LOG = 3
    SQRT = 4
    RSQRT = 5
    SQUARE = 6
    SIN = 7
    COS = 8
    CEIL = 9
    FLOOR = 10
    ROUND = 11
    LOGICAL_NOT = 12
    RELU_N1_TO_1 = 13
    LEAKY_RELU = 14
    ELU = 15
    GELU = 16
    GELU_APPROXIMATE = 17
    HARD_SWISH = 18
    RELU_0_TO_1 = 19
    SIGN = 20


def same_type(*dtypes: DType) -> tuple[Signature, ...]:
    """An input and an output of one type."""
    return tuple(Signature((t,), (t,)) for t in dtypes)


@dataclass(frozen=True)
class Unary(Op):
    """input → output of the same shape."""

    OPERATION: ClassVar[Operation]
    INPUTS: ClassVar = (1, 1)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(FLOAT32)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Op:
        return cls()

    @property
    def operation(self) -> Operation:
        return self.OPERATION

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def floats(self, x: Array) -> Array:
        """Its meaning on float32."""
        raise NotImplementedError

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        """Its meaning on integers (bool: 0 and 1), before wrapping to the type."""
        raise NotImplementedError

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, dtype = inputs[0], site.output.dtype
        assert x is not None
        if dtype.is_float:
            with np.errstate(all="ignore"):
                return (np.asarray(self.floats(x), np.float32),)
        return (self.integers(site, x.astype(np.int64)).astype(dtype.numpy),)

    def lower(self, site: Site, target: Target) -> Kernel:
        return self.lower_plain(site)

    def lower_plain(self, site: Site) -> Kernel:
        """The kernel for floats and integers as they are."""
        dtype = site.output.dtype
        params: dict[str, Literal] = {"operation": int(self.operation)}
        if dtype.is_float:
            function = "nn_unary_f32"
            params["alpha"] = float(getattr(self, "alpha", 0.0))
        else:
            function = "nn_unary_int"
            params["type"] = ELEMENTS[dtype]
        operands = (In(0), Out(0))
        return Kernel(function, f"{function}.h", Form.FLAT, params, operands, site.output.elements)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}


@dataclass(frozen=True)
class Neg(Unary):
    """-x."""

    NAME: ClassVar[str] = "neg"
    TFLITE: ClassVar = ("NEG",)
    OPERATION: ClassVar = Operation.NEG
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT8, INT16, INT32, INT64, FLOAT32)

    def floats(self, x: Array) -> Array:
        return -x

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        return -x


@dataclass(frozen=True)
class Sign(Unary):
    """-1, 0 or 1; what is no number stays."""

    NAME: ClassVar[str] = "sign"
    TFLITE: ClassVar = ("SIGN",)
    OPERATION: ClassVar = Operation.SIGN
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(INT32, FLOAT32)

    def floats(self, x: Array) -> Array:
        return np.sign(x)

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        return np.sign(x)


@dataclass(frozen=True)
class Square(Unary):
    """x * x."""

    NAME: ClassVar[str] = "square"
    TFLITE: ClassVar = ("SQUARE",)
    OPERATION: ClassVar = Operation.SQUARE

    def floats(self, x: Array) -> Array:
        return np.square(x)


@dataclass(frozen=True)
class Sin(Unary):
    """The sine."""

    NAME: ClassVar[str] = "sin"
    TFLITE: ClassVar = ("SIN",)
    OPERATION: ClassVar = Operation.SIN

    def floats(self, x: Array) -> Array:
        return np.sin(x)


@dataclass(frozen=True)
class Cos(Unary):
    """The cosine."""

    NAME: ClassVar[str] = "cos"
    TFLITE: ClassVar = ("COS",)
    OPERATION: ClassVar = Operation.COS

    def floats(self, x: Array) -> Array:
        return np.cos(x)


@dataclass(frozen=True)
class Ceil(Unary):
    """Rounded up."""

    NAME: ClassVar[str] = "ceil"
    TFLITE: ClassVar = ("CEIL",)
    OPERATION: ClassVar = Operation.CEIL

    def floats(self, x: Array) -> Array:
        return np.ceil(x)


@dataclass(frozen=True)
class Floor(Unary):
    """Rounded down."""

    NAME: ClassVar[str] = "floor"
    TFLITE: ClassVar = ("FLOOR",)
    OPERATION: ClassVar = Operation.FLOOR

    def floats(self, x: Array) -> Array:
        return np.floor(x)


@dataclass(frozen=True)
class Round(Unary):
    """Rounded to the nearest integer, ties to even."""

    NAME: ClassVar[str] = "round"
    TFLITE: ClassVar = ("ROUND",)
    OPERATION: ClassVar = Operation.ROUND

    def floats(self, x: Array) -> Array:
        return np.rint(x)


@dataclass(frozen=True)
class LogicalNot(Unary):
    """Whether x is false."""

    NAME: ClassVar[str] = "logical_not"
    TFLITE: ClassVar = ("LOGICAL_NOT",)
    OPERATION: ClassVar = Operation.LOGICAL_NOT
    SIGNATURES: ClassVar[tuple[Signature, ...]] = same_type(BOOL)

    def integers(self, site: Site, x: Int64Array) -> Int64Array:
        return np.where(x == 0, 1, 0)
