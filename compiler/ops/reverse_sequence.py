"""REVERSE_SEQUENCE: the first so many elements along an axis turned round, as many as each batch
says; the others stay. Source: TFLite reverse_sequence.cc.

TFLite stops at a length beyond the axis; generated code takes the axis' whole length.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import prod
from typing import Any, ClassVar

import numpy as np
import tflite

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Rule, Shape, Signature, TfliteOptions, rule
from .rules import rank_of_input

TYPES = (DType.UINT8, DType.INT16, DType.INT32, DType.INT64, DType.FLOAT32)
LENGTH_TYPES = (DType.INT32, DType.INT64)


@rule("export the model again")
def axes_and_lengths_fit(op: ReverseSequence, site: Site) -> str | None:
    """Two different axes of the input, and a length for each index of the batch axis."""
    shape, lengths = site.input(0).shape, site.input(1).shape
    axes = {op.sequence_axis, op.batch_axis}
    there = len(axes) == 2 and all(0 <= a < len(shape) for a in axes)
    if there and lengths == (shape[op.batch_axis],):
        return None
    return f"axes {op.sequence_axis}, {op.batch_axis} of {list(shape)}, {list(lengths)} lengths"


@dataclass(frozen=True)
class ReverseSequence(Op):
    """input, lengths → output of the same shape."""

    NAME: ClassVar[str] = "reverse_sequence"
    TFLITE: ClassVar = ("REVERSE_SEQUENCE",)
    INPUTS: ClassVar = (2, 2)
    SIGNATURES: ClassVar = tuple(Signature((t, n), (t,)) for t in TYPES for n in LENGTH_TYPES)
    RULES: ClassVar[tuple[Rule, ...]] = (rank_of_input(1, 1), axes_and_lengths_fit)

    sequence_axis: int = 0
    batch_axis: int = 0

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> ReverseSequence:
        o: Any = options.read(tflite.ReverseSequenceOptions)
        return cls(o.SeqDim(), o.BatchDim())

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x, lengths = inputs
        assert x is not None and lengths is not None
        out = x.copy()
        to, source = (
            np.moveaxis(a, (self.batch_axis, self.sequence_axis), (0, 1)) for a in (out, x)
        )
        for batch, length in enumerate(np.clip(lengths, 0, x.shape[self.sequence_axis])):
            to[batch, :length] = source[batch, :length][::-1]
        return (out,)

    def lower(self, site: Site, target: Target) -> Kernel:
        shape = site.input(0).shape
        first, second = sorted((self.sequence_axis, self.batch_axis))
        params = {
            "outer": prod(shape[:first]), "first": shape[first],
            "middle": prod(shape[first + 1 : second]), "second": shape[second],
            "run": prod(shape[second + 1 :]) * site.input(0).dtype.bytes,
            "batch_first": int(self.batch_axis < self.sequence_axis),
        }  # fmt: skip
        function = f"nn_reverse_sequence_{site.input(1).dtype.suffix}"
        operands = (In(0), In(1), Out(0))
        return Kernel(function, "nn_reverse_sequence.h", Form.WHOLE, params, operands)
