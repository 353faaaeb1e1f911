"""LOGISTIC: 1 / (1 + exp(-x)).

Source: TFLite kernels/activations.cc (kReference): int8 and uint8 by a table made in float32, int16
by reference_integer_ops::Logistic, float32 by reference_ops::Logistic.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, Site
from ..program import Kernel
from ..target import Target
from .curves import (
    INT16,
    SIGNATURES,
    Reals,
    int16_is_usable,
    logistic_16,
    lower,
    reference,
    steps_of,
)
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised


@rule("convert the model again with TensorFlow Lite's converter")
def output_is_a_fraction(op: Logistic, site: Site) -> str | None:
    """int8 and uint8: the output's scale is 1/256."""
    out = site.output
    eight_bits = not out.dtype.is_float and out.dtype.bytes == 1
    return f"scale {out.scale:.9g}" if eight_bits and out.scale != 1 / 256 else None


def function(x: Reals) -> Reals:
    """In float32 between the exponential and the quotient."""
    exponential = np.exp(-x).astype(np.float32)
    return (np.float32(1) / (np.float32(1) + exponential)).astype(np.float64)


@dataclass(frozen=True)
class Logistic(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "logistic"
    TFLITE: ClassVar = ("LOGISTIC",)
    INPUTS: ClassVar = (1, 1)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar[tuple[Signature, ...]] = SIGNATURES
    RULES: ClassVar = (activations_quantised, output_is_a_fraction, int16_is_usable)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Logistic:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if site.input(0).dtype is not INT16:
            return (reference(site, x, function),)
        steps = steps_of(site.input(0), 0)(x.astype(np.int64))
        return (logistic_16(steps).astype(np.int16),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_logistic_f32.h, nn_logistic_s16.h, nn_table_s8.h, nn_table_u8.h"""
        x = site.input(0)
        return lower(site, self.NAME, function, steps_of(x, 0) if x.dtype is INT16 else None)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}
