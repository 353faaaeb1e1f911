"""LOG_SOFTMAX: the logarithm of SOFTMAX along the last axis: x - max - log(sum(exp(x - max))).

Source: TFLite reference_ops::LogSoftmax.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule


@rule("reshape the input before")
def has_an_axis(op: Op, site: Site) -> str | None:
    """The input has at least one axis, and elements."""
    x = site.input(0)
    return None if x.shape and x.elements else f"shape {list(x.shape)}"


@dataclass(frozen=True)
class LogSoftmax(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "log_softmax"
    TFLITE: ClassVar = ("LOG_SOFTMAX",)
    INPUTS: ClassVar = (1, 1)
    SIGNATURES: ClassVar = (Signature((DType.FLOAT32,), (DType.FLOAT32,)),)
    RULES: ClassVar = (has_an_axis,)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> LogSoftmax:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        shifted = x - x.max(axis=-1, keepdims=True)
        total = np.exp(shifted).sum(axis=-1, keepdims=True, dtype=np.float32)
        return ((shifted - np.log(total)).astype(np.float32),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        depth, function = x.shape[-1], "nn_log_softmax_f32"
        operands = (In(0), Out(0))
        rows = x.elements // depth
        return Kernel(function, f"{function}.h", Form.FLAT, {"depth": depth}, operands, rows)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}
