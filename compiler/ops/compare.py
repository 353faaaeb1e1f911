"""EQUAL, NOT_EQUAL, GREATER, GREATER_EQUAL, LESS, LESS_EQUAL, with broadcasting.

Source: TFLite kernels/comparisons.cc and reference_ops::ComparisonWithScaling: int8 and uint8 (and
int16 by EQUAL and NOT_EQUAL, where it is quantised) are compared as 256 * (x - zero) * scale,
rounded to integers, so two values of tiny scales count as equal. Two operands quantised alike with
a scale of at least 1/128 keep their order and their differences: they are compared as they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, Site, Tensor
from ..program import Kernel, Literal
from ..quant import Int64Array, multiply_by_quantized_multiplier, quantize_multiplier
from ..target import Target
from .binary import (
    BOOL,
    ELEMENTS,
    FLOAT32,
    INT8,
    INT16,
    INT32,
    INT64,
    UINT8,
    Binary,
    Operation,
)
from .broadcast import inputs_broadcast, pair_kernel
from .room import Op, Rule, Signature, rule

LEFT_SHIFT = 8
KEEPS_ORDER = 1 / 128  # 256 * scale is at least 2: neighbours stay apart


EQUALITIES = (Operation.EQUAL, Operation.NOT_EQUAL)


def rescaled(operation: Operation, x: Tensor) -> bool:
    """Whether the operation compares it by its scale."""
    wide = x.dtype is INT16 and x.quant is not None and operation in EQUALITIES
    return x.dtype in (INT8, UINT8) or wide


@rule("quantise the model with a representative data set")
def operands_have_scales(op: Compare, site: Site) -> str | None:
    """Inputs that are compared by their scales (int8, uint8; for equality quantised int16) have one
    positive scale below 1 and a zero point; from 1 on TensorFlow Lite aborts."""
    for i in (0, 1):
        x = site.input(i)
        if not rescaled(op.OPERATION, x):
            continue
        if x.quant is None or len(x.quant.scale) != 1 or x.quant.scale[0] <= 0:
            return f"'{x.name}' without such quantisation"
        if quantize_multiplier(x.scale)[1] > 0:
            return f"a scale of {x.scale:.3g}"
    return None


@rule("quantise the operands, or cast them to int32 before")
def int16_has_a_scale(op: Op, site: Site) -> str | None:
    """int16 inputs are quantised: without scales TensorFlow Lite computes nothing."""
    x = site.input(0)
    return "int16 without a scale" if x.dtype is INT16 and x.quant is None else None


@dataclass(frozen=True)
class Compare(Binary):
    """a, b → bool output of the shape that both broadcast to."""

    RULES: ClassVar[tuple[Rule, ...]] = (inputs_broadcast, operands_have_scales)
    SIGNATURES: ClassVar = tuple(
        Signature((t, t), (BOOL,)) for t in (INT8, UINT8, INT16, INT32, INT64, FLOAT32)
    )

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        a, b = inputs[0], inputs[1]
        assert a is not None and b is not None
        if rescaled(self.OPERATION, site.input(0)):
            a, b = _scaled(site.input(0), a), _scaled(site.input(1), b)
        compare = {
            Operation.EQUAL: np.equal,
            Operation.NOT_EQUAL: np.not_equal,
            Operation.GREATER: np.greater,
            Operation.GREATER_EQUAL: np.greater_equal,
            Operation.LESS: np.less,
            Operation.LESS_EQUAL: np.less_equal,
        }[self.OPERATION]
        return (compare(a, b),)

    def lower(self, site: Site, target: Target) -> Kernel:
        a, b = site.input(0), site.input(1)
        fields: dict[str, Literal] = {
            "operation": int(self.OPERATION), "type": ELEMENTS[a.dtype],
        }  # fmt: skip
        for name, x in (("a", a), ("b", b)):
            alike = a.quant == b.quant and x.quant is not None and x.scale >= KEEPS_ORDER
            scales = rescaled(self.OPERATION, x) and not alike
            multiplier, shift = quantize_multiplier(x.scale) if scales else (0, 0)
            fields[f"{name}_zero"] = x.zero_point if scales else 0
            fields[f"{name}_multiplier"] = multiplier
            fields[f"{name}_shift"] = shift
        return pair_kernel(site, "compare", {f"comparison.{k}": v for k, v in fields.items()})


def _scaled(x: Tensor, values: Array) -> Int64Array:
    shifted = (values.astype(np.int64) - x.zero_point) << LEFT_SHIFT
    return multiply_by_quantized_multiplier(shifted, *quantize_multiplier(x.scale))


@dataclass(frozen=True)
class Equal(Compare):
    """a == b."""

    NAME: ClassVar[str] = "equal"
    TFLITE: ClassVar = ("EQUAL",)
    OPERATION: ClassVar = Operation.EQUAL
    SIGNATURES: ClassVar = (*Compare.SIGNATURES, Signature((BOOL, BOOL), (BOOL,)))


@dataclass(frozen=True)
class NotEqual(Compare):
    """a != b."""

    NAME: ClassVar[str] = "not_equal"
    TFLITE: ClassVar = ("NOT_EQUAL",)
    OPERATION: ClassVar = Operation.NOT_EQUAL
    SIGNATURES: ClassVar = Equal.SIGNATURES
    RULES: ClassVar = (*Compare.RULES, int16_has_a_scale)


@dataclass(frozen=True)
class Greater(Compare):
    """a > b."""

    NAME: ClassVar[str] = "greater"
    TFLITE: ClassVar = ("GREATER",)
    OPERATION: ClassVar = Operation.GREATER


@dataclass(frozen=True)
class GreaterEqual(Compare):
    """a >= b."""

    NAME: ClassVar[str] = "greater_equal"
    TFLITE: ClassVar = ("GREATER_EQUAL",)
    OPERATION: ClassVar = Operation.GREATER_EQUAL


@dataclass(frozen=True)
class Less(Compare):
    """a < b."""

    NAME: ClassVar[str] = "less"
    TFLITE: ClassVar = ("LESS",)
    OPERATION: ClassVar = Operation.LESS


@dataclass(frozen=True)
class LessEqual(Compare):
    """a <= b."""

    NAME: ClassVar[str] = "less_equal"
    TFLITE: ClassVar = ("LESS_EQUAL",)
    OPERATION: ClassVar = Operation.LESS_EQUAL
