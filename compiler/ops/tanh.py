"""TANH: the hyperbolic tangent.

Source: TFLite kernels/activations.cc (kReference): int8 and uint8 by a table made in float32, int16
by reference_integer_ops::Tanh, float32 by reference_ops::Tanh.
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
    int16_is_usable,
    lower,
    reference,
    steps_of,
    tanh_16,
)
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import activations_quantised


@rule("quantise the model again")
def output_scale_is_usable(op: Tanh, site: Site) -> str | None:
    """int8 and uint8: the output's scale is above 2^-30."""
    out = site.output
    small = not out.dtype.is_float and out.scale <= 2.0**-30
    return f"scale {out.scale:.9g}" if small else None


@dataclass(frozen=True)
class Tanh(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "tanh"
    TFLITE: ClassVar = ("TANH",)
    INPUTS: ClassVar = (1, 1)
    POINTWISE: ClassVar = True
    SIGNATURES: ClassVar[tuple[Signature, ...]] = SIGNATURES
    RULES: ClassVar = (activations_quantised, output_scale_is_usable, int16_is_usable)

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Tanh:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if site.input(0).dtype is not INT16:
            return (reference(site, x, np.tanh),)
        steps = steps_of(site.input(0), 1)(x.astype(np.int64))
        return (tanh_16(steps).astype(np.int16),)

    def lower(self, site: Site, target: Target) -> Kernel:
        """kernels: nn_tanh_f32.h, nn_tanh_s16.h, nn_table_s8.h, nn_table_u8.h"""
        x = site.input(0)
        return lower(site, self.NAME, np.tanh, steps_of(x, 1) if x.dtype is INT16 else None)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}
