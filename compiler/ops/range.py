"""RANGE: start, start + delta, start + 2 * delta, … before limit; known at compile time.

Source: TFLite kernels/range.cc.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

import numpy as np

from ..ir import Array, DType, Site
from ..program import Kernel
from ..target import Target
from .room import Op, Shape, Signature, TfliteOptions, rule
from .rules import const_input
from .strided import constant_kernel

TYPES = (DType.INT32, DType.INT64, DType.FLOAT32)


@rule("export the model again")
def limit_is_ahead(op: Op, site: Site) -> str | None:
    """Start, limit and delta are one number each; delta goes from start towards limit."""
    numbers = [site.const(i) for i in range(3)]
    if any(n.size != 1 for n in numbers):
        return "lists of numbers"
    start, limit, delta = (n.item() for n in numbers)
    ahead = (delta > 0 and start < limit) or (delta < 0 and start > limit)
    return None if ahead else f"from {start} to {limit} by {delta}"


@dataclass(frozen=True)
class Range(Op):
    """start, limit, delta (all constant) → vector."""

    NAME: ClassVar[str] = "range"
    TFLITE: ClassVar = ("RANGE",)
    INPUTS: ClassVar = (3, 3)
    SIGNATURES: ClassVar = tuple(Signature((t, t, t), (t,)) for t in TYPES)
    RULES: ClassVar = (
        const_input(0, "start"),
        const_input(1, "limit"),
        const_input(2, "delta"),
        limit_is_ahead,
    )

    @classmethod
    def from_tflite(cls, options: TfliteOptions, site: Site) -> Range:
        return cls()

    def shapes(self, site: Site) -> tuple[Shape, ...]:
        start, limit, delta = (site.const(i).ravel()[0] for i in range(3))
        if site.output.dtype.is_float:
            return ((math.ceil(abs((limit - start) / delta)),),)
        start, limit, delta = int(start), int(limit), int(delta)
        return ((-(-abs(limit - start) // abs(delta)),),)

    def reference(self, site: Site, inputs: Sequence[Array | None]) -> tuple[Array, ...]:
        """By adding delta again and again, as there."""
        ((count,),) = self.shapes(site)
        steps = np.full(count, site.const(2).ravel()[0], site.output.dtype.numpy)
        steps[0] = site.const(0).ravel()[0]
        return (np.add.accumulate(steps).astype(site.output.dtype.numpy),)

    def lower(self, site: Site, target: Target) -> Kernel:
        return constant_kernel(site, self.reference(site, [None])[0])
