"""RELU6: out = min(max(in, 0), 6).

Source: TFLite reference_ops::Relu6; integers: ReluX with kernels/activations.cc (input and output
may have different scales).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Form, In, Kernel, Out
from ..target import Target
from .int16 import int16_symmetric
from .pointwise import clamp_function, lower_clamp, scales_are_comparable
from .room import Activation, Op, Shape, Signature, TfliteOptions
from .rules import activation_fits, activations_quantised

INT8, UINT8, INT16, FLOAT32 = DType.INT8, DType.UINT8, DType.INT16, DType.FLOAT32


@dataclass(frozen=True)
class Relu6(Op):
    """input → output of the same shape."""

    NAME: ClassVar[str] = "relu6"
    TFLITE: ClassVar = ("RELU6",)
    INPUTS: ClassVar = (1, 1)
    POINTWISE: ClassVar = True
    MONOTONE: ClassVar = True
    SIGNATURES: ClassVar = tuple(Signature((t,), (t,)) for t in (INT8, UINT8, INT16, FLOAT32))
    RULES: ClassVar = (
        activations_quantised,
        activation_fits(Activation.RELU6),
        scales_are_comparable,
        int16_symmetric,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Relu6:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        return (site.input(0).shape,)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        x = inputs[0]
        assert x is not None
        if x.dtype.kind == "f":
            return (np.clip(x, np.float32(0), np.float32(6)),)
        return (clamp_function(site, Activation.RELU6, x.astype(np.int64)).astype(x.dtype),)

    def lower(self, site: Site, target: Target) -> Kernel:
        x = site.input(0)
        if x.dtype.is_float:
            return Kernel(
                "nn_relu6_f32", "nn_relu6_f32.h", Form.FLAT, {}, (In(0), Out(0)), x.elements
            )
        return lower_clamp(site, Activation.RELU6)

    def overlap(self, site: Site) -> Mapping[int, int]:
        return {0: 0}
