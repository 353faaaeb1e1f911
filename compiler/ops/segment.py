"""SEGMENT_SUM, UNSORTED_SEGMENT_SUM, _PROD, _MAX, _MIN: slices that share a number, taken together.

Source: TFLite segment_sum.cc, unsorted_segment.cc. Integers wrap; slices of a number below 0 count
nowhere. TFLite stops at a number that is too large; generated code leaves its slice out.
"""

from __future__ import annotations

import enum
from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel
from ..program import Out as Output
from ..target import Target
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import const_input, rank_of_input

INT32 = DType.INT32
TYPES = (INT32, DType.FLOAT32)


class Operation(enum.IntEnum):
    """The enumeration of operations of runtime/nn_segment.h."""

    SUM = 0
    PROD = 1
    MAX = 2
    MIN = 3


@rule("export the model again")
def numbers_fit(op: Segment, site: Site) -> str | None:
    """Each slice has a number; these are the input's first axes."""
    x, numbers = site.input(0).shape, site.input(1).shape
    if numbers and x[: len(numbers)] == numbers and op.count(site) > 0:
        return None
    return f"numbers {list(numbers)} of {list(x)}, {op.count(site)} segments"


@rule("export the model again")
def numbers_rise(op: Segment, site: Site) -> str | None:
    """The numbers rise from 0 in steps of 0 or 1."""
    numbers = site.const(1)
    rises = numbers.size and numbers[0] == 0 and set(np.diff(numbers).tolist()) <= {0, 1}
    return None if rises else f"numbers {numbers.tolist()}"


@dataclass(frozen=True)
class Segment(Op):
    """input, numbers, how many segments (constant) → segments."""

    OPERATION: ClassVar[Operation]
    INPUTS: ClassVar = (3, 3)
    SIGNATURES: ClassVar = tuple(Signature((t, INT32, INT32), (t,)) for t in TYPES)
    RULES: ClassVar[tuple[Rule, ...]] = (const_input(2, "number of segments"), numbers_fit)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Op:
        return cls()

    def count(self, site: Site) -> int:
        """How many segments there are."""
        return int(site.const(2).ravel()[0])

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return ((self.count(site), *site.input(0).shape[len(site.input(1).shape) :]),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, numbers = inputs[0], inputs[1]
        assert x is not None and numbers is not None
        start = {
            Operation.SUM: 0, Operation.PROD: 1,
            Operation.MAX: _ends(x.dtype)[0], Operation.MIN: _ends(x.dtype)[1],
        }[self.OPERATION]  # fmt: skip
        function = {
            Operation.SUM: np.add, Operation.PROD: np.multiply,
            Operation.MAX: np.maximum, Operation.MIN: np.minimum,
        }[self.OPERATION]  # fmt: skip
        shape = self.shapes(site)[0]
        out = np.full(shape, start, x.dtype)
        slices = x.reshape(numbers.size, *shape[1:])
        with np.errstate(all="ignore"):
            for number, values in zip(numbers.ravel(), slices, strict=True):
                if 0 <= number < len(out):
                    out[number] = function(out[number], values)
        return (out,)

    def lower(self, site: Site, target: Target) -> Kernel:
        shape = self.shapes(site)[0]
        params = {
            "slices": site.input(1).elements, "segments": shape[0], "run": prod(shape[1:]),
            "operation": int(self.OPERATION),
        }  # fmt: skip
        function = f"nn_segment_{site.output.dtype.suffix}"
        operands = (In(0), In(1), Output(0))
        return Kernel(function, "nn_segment.h", Form.WHOLE, params, operands)


def _ends(dtype: np.dtype) -> tuple[float, float]:
    """The least and the greatest value."""
    info = np.finfo(dtype) if dtype.kind == "f" else np.iinfo(dtype)
    return info.min, info.max


@dataclass(frozen=True)
class SegmentSum(Segment):
    """input, numbers (constant) → segments."""

    NAME: ClassVar[str] = "segment_sum"
    TFLITE: ClassVar = ("SEGMENT_SUM",)
    INPUTS: ClassVar = (2, 2)
    OPERATION: ClassVar = Operation.SUM
    SIGNATURES: ClassVar = tuple(Signature((t, INT32), (t,)) for t in TYPES)
    RULES: ClassVar = (
        const_input(1, "numbers"),
        rank_of_input(1, 1),
        numbers_rise,
        numbers_fit,
    )

    def count(self, site: Site) -> int:
        return int(site.const(1).max(initial=-1)) + 1


@dataclass(frozen=True)
class UnsortedSegmentSum(Segment):
    """The sum of each segment, 0 where it has no slice."""

    NAME: ClassVar[str] = "unsorted_segment_sum"
    TFLITE: ClassVar = ("UNSORTED_SEGMENT_SUM",)
    OPERATION: ClassVar = Operation.SUM


@dataclass(frozen=True)
class UnsortedSegmentProd(Segment):
    """The product of each segment, 1 where it has no slice."""

    NAME: ClassVar[str] = "unsorted_segment_prod"
    TFLITE: ClassVar = ("UNSORTED_SEGMENT_PROD",)
    OPERATION: ClassVar = Operation.PROD


@dataclass(frozen=True)
class UnsortedSegmentMax(Segment):
    """The greatest of each segment, the type's least where it has no slice."""

    NAME: ClassVar[str] = "unsorted_segment_max"
    TFLITE: ClassVar = ("UNSORTED_SEGMENT_MAX",)
    OPERATION: ClassVar = Operation.MAX


@dataclass(frozen=True)
class UnsortedSegmentMin(Segment):
    """The least of each segment, the type's greatest where it has no slice."""

    NAME: ClassVar[str] = "unsorted_segment_min"
    TFLITE: ClassVar = ("UNSORTED_SEGMENT_MIN",)
    OPERATION: ClassVar = Operation.MIN
